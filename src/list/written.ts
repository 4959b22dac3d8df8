// A list as it is written down, where its declaration may be gone when it is read: in the database,
// and in messages about lists that do not come with the program.
import type { ListKind, Parameter } from './list-kind.ts';

/** All of a list that JSON can hold: everything but how a watch's values are checked. */
export const writeList = (list: ListKind): unknown => JSON.parse(JSON.stringify(list));

/** A list that `writeList` wrote. Its parameters take any value and doubt none. */
export function readList(written: unknown): ListKind {
  const list = written as ListKind;
  return { ...list, parameters: list.parameters.map(anyValue) };
}

const anyValue = (parameter: Parameter): Parameter => ({
  ...parameter,
  values:
    parameter.values.kind === 'text' || parameter.values.kind === 'id'
      ? { kind: parameter.values.kind, check: () => null }
      : parameter.values,
  doubt: () => null,
  write: (value) => `${parameter.key} ${value}`,
});
