// What reading a file yields, and what the user may say of how it is written.
import type { Fields } from './row.ts';
import type { Decimal } from './spelling.ts';

/** One thing of a file, with the line it begins on. */
export type FileItem =
  /**
   * A row. `problem`: it is damaged, and `fields` are those that could be read. `decimal`: how its
   * numbers are written (default `.`).
   */
  | {
      kind: 'row';
      line: number;
      fields: Fields;
      problem: string | null;
      decimal?: Decimal;
    }
  /** A JSON answer of the source, and its text. */
  | { kind: 'answer'; line: number; json: unknown; text: string }
  /** A line that cannot be read. `fields`: what it still says of the snapshot it belongs to. */
  | { kind: 'broken'; line: number | null; reason: string; fields?: Fields }
  /** How the file was read where it does not say so itself. */
  | { kind: 'note'; text: string };

/** How files are written, as far as the user says; null: as their content tells. */
export type Layout = {
  encoding: string | null;
  separator: string | null;
  decimal: Decimal | null;
  /** A csv with a product per column, and a column per rank. */
  wide: boolean;
};

export const AS_IT_TELLS: Layout = {
  encoding: null,
  separator: null,
  decimal: null,
  wide: false,
};
