/**
 * How a list is asked for, and how its answers are read: as data, so that a list which a user
 * declares and one that comes with the program are the same thing.
 */

/** Keys from the outside in; `[]` is the value itself. Digits name the element of an array. */
export type JsonPath = readonly string[];

/**
 * Text with placeholders: `{region}` is a parameter of the watch as the source is sent it,
 * `{keyword|FALSE}` has a value for where it is not asked for. Beside parameters there are `base`
 * (the address of the source), `page`, `size`, `offset`, `cursor`, `depth`, and `date` (of a dated
 * list), which may say its form: `{date:YYYY/MM/DD}`. A key of a query whose text names something
 * that is not asked for is left out.
 */
export type Template = string;

/** A JSON value whose texts are templates. A text that is one placeholder keeps its type. */
export type JsonTemplate =
  | null
  | boolean
  | number
  | Template
  | readonly JsonTemplate[]
  | { readonly [key: string]: JsonTemplate };

/** How the pages of a list are told apart. */
export type Paging =
  | { by: 'none' }
  /** By number, from `first`. */
  | { by: 'page'; first: number }
  /** By how many rows come before, from `first`. */
  | { by: 'offset'; first: number }
  /** By what the page before says; a page without it is the last. */
  | { by: 'cursor'; path: JsonPath }
  /** By the header `Link: <…>; rel="next"`; a page without it is the last. */
  | { by: 'link' };

/** What says that a list ends, beside an empty page and a page of known ids, which always do. */
export type ListEnd = {
  /** How many rows there are. */
  total: JsonPath | null;
  /** Whether there is more. */
  more: JsonPath | null;
  /** How many pages there are. */
  pageCount: JsonPath | null;
  /** Is a page of fewer rows than were asked for the last? */
  isShortPageLast: boolean;
};

/** How an answer is told from a refusal. */
export type AnswerTest =
  /** KeyAPI's envelope: `{code, message, requestId, data}`; `code` 0 is success. */
  | { kind: 'envelope'; quotaWords: readonly string[] }
  /** By HTTP status, then by what the body says. */
  | {
      kind: 'plain';
      /** All must hold. */
      ok: readonly { path: JsonPath; equals: string | number | boolean }[];
      /** Where a refusal says why. */
      message: JsonPath | null;
      /** A refusal whose words hold one of these (in any case) is about the quota of the account. */
      quotaWords: readonly string[];
      requestId: JsonPath | null;
    };

/** Rows that are kept: all of these must hold. Others are no rows of the list. */
export type RowTest = { path: JsonPath; matches: string; isNot: boolean };

export type ListRequest = {
  method: 'GET' | 'POST';
  url: Template;
  query: Readonly<Record<string, Template>>;
  /** Without credentials, which are the source's. */
  headers: Readonly<Record<string, string>>;
  /** Of a POST. */
  body: JsonTemplate;
  pages: Paging;
  /** Rows asked for per page, and the most that may be asked for. */
  pageSize: { asked: number; most: number };
  /** A hard end, whatever the source says; null: what the depth needs. */
  mostPages: number | null;
  end: ListEnd;
  answer: AnswerTest;
  rows: JsonPath;
  where: readonly RowTest[];
  /** By parameter (or `date`): where a row repeats it. Another value makes the list doubtful. */
  echo: Readonly<Record<string, JsonPath>>;
};
