// A declaration as the database keeps it. What is stored of a list is read with it, even when no
// config declares the list any more.
import type { AskedValue, ListKind, Parameter } from './list-kind.ts';

/** The data of a declaration, as JSON. What is code in it checks a config, and is left out. */
export const storeList = (list: ListKind): string =>
  JSON.stringify({
    ...list,
    parameters: list.parameters.map((parameter) => ({
      ...parameter,
      values: plainValues(parameter),
    })),
  });

/** Of a parameter of texts only its kind matters to readers. */
const plainValues = ({ values }: Parameter): object =>
  values.kind === 'text' || values.kind === 'id' ? { kind: values.kind } : values;

const revived = new Map<string, ListKind>();

/**
 * A list as `storeList` wrote it, the same object each time. Its parameters take any value: what is
 * stored was checked when it was asked for.
 */
export function reviveList(text: string): ListKind {
  const known = revived.get(text) ?? revive(text);
  revived.set(text, known);
  return known;
}

function revive(text: string): ListKind {
  const list = JSON.parse(text) as ListKind;
  return { ...list, parameters: list.parameters.map(reviveParameter) };
}

const reviveParameter = (stored: Parameter): Parameter => ({
  ...stored,
  values:
    stored.values.kind === 'text' || stored.values.kind === 'id'
      ? { ...stored.values, check: () => null }
      : stored.values,
  doubt: () => null,
  write: (value: NonNullable<AskedValue>) => `${stored.key.replaceAll('_', ' ')} ${value}`,
});
