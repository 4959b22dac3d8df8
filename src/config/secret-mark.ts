// Which keys hold secrets is marked where the keys are defined. Everything else asks here.
import type * as z from 'zod';
import type { Check } from './formats.ts';

/** What there is to know of a key that holds a secret. */
export type SecretMark = {
  /**
   * Checks the content of the file that `KEY_file` names; null: the key may not stand in a file.
   */
  checkFile: Check | null;
  /** Is the key, or its file, needed? */
  isRequired: boolean;
  /** What stands in its place for commands that use no secrets; null: the key is left out. */
  standIn: string | null;
};

const marks = new WeakMap<object, SecretMark>();

/**
 * Marks a key as a secret. It must be the outermost call, as the others copy the schema and would
 * lose the mark.
 */
export function secret<Schema extends object>(
  schema: Schema,
  { checkFile = null, isRequired = false, standIn = null }: Partial<SecretMark> = {},
): Schema {
  marks.set(schema, { checkFile, isRequired, standIn });
  return schema;
}

/** The secrets among the keys of a section, in the order they are defined. */
export const secretsOf = ({ shape }: { shape: z.core.$ZodLooseShape }): [string, SecretMark][] =>
  Object.entries(shape).flatMap(([key, schema]: [string, object]) => {
    const mark = marks.get(schema);
    return mark === undefined ? [] : [[key, mark] as [string, SecretMark]];
  });

/** Several secrets in one file stand on a line each. */
export const linesOf = (content: string): string[] => content.split(/\r?\n/);

/** For one secret: a second line in the file would become part of it, which is never meant. */
export const oneLine =
  (check: Check): Check =>
  (content) =>
    /[\r\n\t]/.test(content) ? 'must be one line without tabs' : check(content);

/** For several secrets: each line holds one. */
export const everyLine =
  (check: Check): Check =>
  (content) =>
    linesOf(content)
      .map(check)
      .find((problem) => problem !== null) ?? null;
