// What several paths of the API take.
import * as z from 'zod';

const text = z.string();
/** The id of something that is stored. */
export const id = z
  .int()
  .min(1)
  .meta({ examples: [12] });

/** Which part of a long list. */
export const part = {
  limit: z.int().min(1).max(1_000).default(100).describe('Rows of a part').optional(),
  cursor: text
    .describe(
      'Where the part before ended: from its `Link` header, and good for as long as the log is kept. What is added meanwhile moves nothing',
    )
    .optional(),
};

/** The header field that leads to the next part. */
export const NEXT = {
  link: text.describe('`<…>; rel="next"`: the next part; none behind the last'),
};
