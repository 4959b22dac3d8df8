// Every address on a page is made here: below the prefix under which people reach it.

export type QueryValue = string | number | null | undefined;
export type Query = Readonly<Record<string, QueryValue>>;

export type Links = {
  /** `''`, or `/tidemark`. */
  base: string;
  /** `/tidemark/alerts?rule=top-10`: what is null, undefined or empty is left out. */
  to(path: string, query?: Query): string;
};

/** The prefix of a public address; empty where it has none. */
export const basePathOf = (publicUrl: string | null): string =>
  publicUrl === null ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');

/** Links below a prefix. */
export const linksBelow = (base: string): Links => ({
  base,
  to: (path, query = {}) => {
    const given = Object.entries(query).filter(
      (pair): pair is [string, string | number] =>
        pair[1] !== null && pair[1] !== undefined && pair[1] !== '',
    );
    const text = new URLSearchParams(
      given.map(([key, value]): [string, string] => [key, String(value)]),
    ).toString();
    return `${base}${path}${text === '' ? '' : `?${text}`}`;
  },
});

/** A path of fixed words and of names, which may hold anything: `/watches/us-daily/products/60`. */
export const path = (strings: TemplateStringsArray, ...names: (string | number)[]): string =>
  strings.reduce(
    (made, text, index) =>
      `${made}${index === 0 ? '' : encodeURIComponent(String(names[index - 1]))}${text}`,
    '',
  );
