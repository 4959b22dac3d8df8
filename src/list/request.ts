/**
 * How a list is asked for, paged, ended and read, as far as data can say it. Templates are texts
 * with `{NAME}`: a parameter of the list in the form in which it is sent, `{page}`, `{size}`,
 * `{offset}`, `{cursor}`, and `{date}`, also with a form, as in `{date:yyyy/MM/dd}`.
 */
import type { JsonPath } from '../lib/json-path.ts';

export type ListRequest = {
  method: 'GET' | 'POST';
  /** A template; one that begins with `/` is below the address of the source. */
  url: string;
  /** Templates by name; what has a placeholder that is not asked for is left out. */
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string>>;
  /** A JSON value whose texts are templates; null for none. */
  body: unknown;
  pages: Paging;
  end: {
    /** Where the length of the whole list stands; null: nowhere. */
    total: JsonPath | null;
    /** Where it says whether there is more: true or false. */
    more: JsonPath | null;
    /** Does a page of fewer rows than were asked for end the list? */
    shortPage: boolean;
  };
  /** What an answer must hold to count as one; null: HTTP 200 is enough. */
  ok: { path: JsonPath; equals: string | number | boolean } | null;
  fail: {
    /** Where an answer says in words what is wrong; null: nowhere. */
    message: JsonPath | null;
    /** Words in that message, or in the body, that mean the account has no quota left. */
    quota: readonly string[];
    /** Where the code of a failure stands; null: nowhere. */
    code: JsonPath | null;
  };
  /** What a list without any row means. */
  empty: 'end' | 'not_yet' | 'suspicious';
  /** HTTP statuses that mean the same as an empty list. */
  emptyStatus: readonly number[];
  rows: JsonPath;
  /** Rows to keep: all of these must hold. */
  where: readonly RowTest[];
  requestId: JsonPath | null;
  creditsPerRequest: number;
  /** Reading stops when a body gets larger than this. */
  maxBodyBytes: number;
};

/** `most`: no more pages than this, whatever is served. */
export type Paging = { size: number; most: number } & (
  | { by: 'page' | 'offset'; first: number }
  /** The next page is named by what stands at `path`, which goes out as `{cursor}`. */
  | { by: 'cursor'; path: JsonPath }
  /** By the `Link` header, `rel="next"`. */
  | { by: 'link' }
  | { by: 'none' }
);

/** Does the text at a path match a regular expression, or not? A missing text is an empty one. */
export type RowTest = { path: JsonPath; matches: string; keep: boolean };

/** A column of a row that must be what was asked for: the name of the parameter, or `date`. */
export type Echo = { path: JsonPath; of: string };

/**
 * Can a page be asked for before the one before it has come? Not where that one says how, nor
 * where it is only seen from its rows how many there were: by offset, and where some are left out.
 */
export const isNumbered = ({ pages, where }: ListRequest): boolean =>
  (pages.by === 'page' || pages.by === 'none') && where.length === 0;

/** Does the page before say how a page is asked for? */
export const isChained = ({ pages }: ListRequest): boolean =>
  pages.by === 'cursor' || pages.by === 'link' || pages.by === 'offset';
