// Kinds of values that keys of declared lists have.
import * as z from 'zod';
import { parseJsonPath } from '../../../lib/json-path.ts';
import type { Check } from '../../formats.ts';
import { must, readNumber, text, whole } from '../../sections/values.ts';

const pathProblem: Check = (written) => {
  const parsed = parseJsonPath(written);
  return 'path' in parsed ? null : parsed.problem;
};

/** Where a value stands in an answer, or in a row. */
export const path = () =>
  text(pathProblem).meta({ examples: ['data.items', 'id.attributes."im:id"'] });

/** The same, or nowhere. */
export const maybePath = (description: string) =>
  path().nullable().default(null).describe(description);

/** A list of texts, empty by default. */
export const texts = () => z.array(text(), must('must be a list of texts')).default([]);

/** A line for messages and documents. */
export const shortText = () =>
  text((written) =>
    /^[^\p{C}]{1,80}$/u.test(written) ? null : 'must be one line of at most 80 characters',
  );

/** A mapping whose keys are not ours: of parameters of an address, or headers. */
export const mappingOf = <Thing extends z.core.$ZodType>(thing: Thing) =>
  z.record(z.string(), thing, must('must be a mapping'));

/** A whole number, or none. */
export const maybeWhole = (low: number, high: number) =>
  z.preprocess(readNumber, whole(low, high)).optional();
