// What a program or an assistant may say of a rule that it tries.
import * as z from 'zod';

const field = (text: string) => z.string().max(10_000).optional().describe(text);

/** What is not given stays as it is configured. */
export const EDIT_SHAPE = {
  rule: z.string().describe('Name of a configured rule'),
  when: field('Another condition, such as rank_gain >= 20 and rank <= 100'),
  clear: field('Another condition that ends it'),
  compare: field('previous, or hours or days ago: 7d'),
  for: field('Slots in a row until it fires'),
  clear_for: field('Slots in a row until it ends'),
  cooldown: field('Quiet time after it told: 3d'),
  max_gap: field('The oldest baseline: 2d'),
};
