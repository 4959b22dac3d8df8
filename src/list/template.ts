// Texts with `{NAME}` in them, filled. Pure.

/** What stands for each name; null is "not asked for". */
export type Values = Readonly<Record<string, string | null>>;

const PLACE = /\{([a-z_][a-z0-9_]*)(?::([^{}]+))?\}/gi;

/** The places of a template: what each stands for, and how a date is written. */
export const placesIn = (template: string): { name: string; format: string | undefined }[] =>
  [...template.matchAll(PLACE)].map(([, name = '', format]) => ({ name, format }));

/** The names a template speaks of. */
export const namesIn = (template: string): string[] => placesIn(template).map(({ name }) => name);

/**
 * The template with its values, each through `encode`; null where one of them is not asked for. A
 * name that nothing has stays as it is: the check of a declaration refuses it.
 */
export function fillTemplate(
  template: string,
  values: Values,
  encode: (text: string) => string = (text) => text,
): string | null {
  let isWhole = true;
  const filled = template.replace(PLACE, (written, name: string, format?: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === null) isWhole = false;
    if (value === undefined || value === null) return written;
    // A part of a path keeps its slashes: they are of the format, not of the value.
    return format === undefined
      ? encode(value)
      : writeDate(value, format).split('/').map(encode).join('/');
  });
  return isWhole ? filled : null;
}

/** A day, `YYYY-MM-DD`, in a format of `yyyy`, `MM` and `dd`. */
function writeDate(day: string, format: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return format.replace('yyyy', year).replace('MM', month).replace('dd', date);
}

/**
 * A JSON value whose texts are templates. What is a placeholder alone and is not asked for leaves
 * its key out; a text of digits alone that stands for `{page}`, `{size}` or `{offset}` is a number.
 */
export function fillBody(template: unknown, values: Values): unknown {
  if (typeof template === 'string') {
    const filled = fillTemplate(template, values);
    if (filled === null) return undefined;
    return /^\{(page|size|offset)\}$/.test(template) ? Number(filled) : filled;
  }
  if (Array.isArray(template))
    return template.map((part) => fillBody(part, values)).filter((part) => part !== undefined);
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template)
      .map(([key, part]) => [key, fillBody(part, values)] as const)
      .filter(([, part]) => part !== undefined),
  );
}
