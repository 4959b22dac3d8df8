// Where a statement begins and ends in what was typed. Pure.

/** Blanks, comments and semicolons before a statement: nothing may be put in front of these. */
export const withoutLead = (sql: string): string =>
  sql.replace(/^(?:[\s;\ufeff]|--[^\n]*|\/\*[^]*?\*\/)+/, '');

/** The statement that shows SQLite's plan for another one. */
export const planOf = (sql: string): string => `EXPLAIN QUERY PLAN ${withoutLead(sql)}`;

/**
 * Comments, texts and quoted names, each also without its end; then anything else, a character at a
 * time.
 */
const PART =
  /(?<gap>\s+|--[^\n]*|\/\*[^]*?(?:\*\/|$))|(?<quoted>'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$))|(?<other>[^])/g;

/**
 * A text up to the semicolon that ends it, with only blanks and comments behind; null while none
 * does: what stands in a text, a quoted name or a comment ends nothing (as in SQLite's own
 * sqlite3_complete).
 */
export function endedStatement(text: string): string | null {
  let end: number | null = null;
  for (const { groups = {}, index, 0: part } of text.matchAll(PART)) {
    const { gap, other } = groups;
    if (gap === undefined) end = other === ';' ? (end ?? index) : null;
    // An open comment may go on in the next line.
    else if (part.startsWith('/*') && !/^\/\*[^]*\*\/$/.test(part)) end = null;
  }
  return end === null ? null : text.slice(0, end);
}
