// Cuts a digest: every part of it shows less, and counts what it leaves out.
import type { DigestPage, ListBlock, TableBlock } from './page.ts';

/** The most of each part: rows of lists, rows of tables, rules, and alerts of each rule. */
export type Caps = { rows: number; tableRows: number; rules: number; lines: number };

/** The page with at most so much in each part, charts excepted; the others are counted. */
export function cutPage(page: DigestPage, caps: Caps): DigestPage {
  const { alerts, totals } = page;
  return {
    ...page,
    alerts: alerts && {
      ...alerts,
      rules: alerts.rules.slice(0, caps.rules).map((rule) => ({
        ...rule,
        lines: rule.lines.slice(0, caps.lines),
        more: moreOf(rule.more, rule.lines, caps.lines),
      })),
      rest: alerts.rest + Math.max(0, alerts.rules.length - caps.rules),
    },
    totals: totals?.kind === 'table' ? { ...cutTable(totals, caps), kind: 'table' } : totals,
    lists: page.lists.map((list) =>
      list.chart === null
        ? {
            ...list,
            rows: list.rows.slice(0, caps.rows),
            more: moreOf(list.more, list.rows, caps.rows),
          }
        : list,
    ),
    categories: page.categories.map((table) => cutTable(table, caps)),
  };
}

const cutTable = (table: TableBlock, { tableRows }: Caps): TableBlock => ({
  ...table,
  rows: table.rows.slice(0, tableRows),
  rest: moreOf(table.rest, table.rows, tableRows),
});

const moreOf = (
  more: ListBlock['more'],
  rows: readonly unknown[],
  cap: number,
): ListBlock['more'] => ({ ...more, count: more.count + Math.max(0, rows.length - cap) });
