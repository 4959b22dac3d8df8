// Faults of rows: what one row, or every row of a page, holds. One row means the third of its page.
import type { Fault, PageData } from './fault.ts';
import { METRIC_FIELDS, type ListRow } from './list-row.ts';

type RowChange = (row: ListRow, index: number) => Record<string, unknown>;

const SPOILED = 2;
const CURRENCY_RATE = 25_000;

/**
 * Rows as the market makes them, or of the same shape: faults that take parts of a row away come
 * last in the table, so they act last.
 */
const changeRows = ({ list, pagination }: PageData, change: RowChange): PageData => ({
  list: list.map((row, index) => change(row as ListRow, index)),
  pagination,
});

const everyRow = (description: string, scope: Fault['scope'], change: RowChange): Fault => ({
  description,
  scope,
  page: (page) => changeRows(page, change),
});

const oneRow = (description: string, change: RowChange): Fault =>
  everyRow(description, 'page', (row, index) => (index === SPOILED ? change(row, index) : row));

/** The row with every metric replaced. */
const withMetrics = (
  row: ListRow,
  value: (metric: number) => unknown,
): Record<string, unknown> => ({
  ...row,
  ...Object.fromEntries(METRIC_FIELDS.map((field) => [field, value(row[field])])),
});

const withName = (row: ListRow, name: string): Record<string, unknown> => ({
  ...row,
  third_ecom_category: { ...row.third_ecom_category, value: name },
  url_title: name,
});

/**
 * What can be in a name. Each must come out harmless in HTML, mail headers, chat formats, CSV cells
 * and terminals.
 */
export const HOSTILE_NAMES: readonly string[] = [
  '<script>alert(1)</script><img src=x onerror=alert(2)>"\'&amp;',
  'Perfume\r\nBcc: everyone@example.com\r\n\r\n<b>body</b>',
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u009b2J',
  'safe\u202Egnp.exe \u2066isolated\u2069 zero\u200bwidth',
  'nul\u0000inside\u0008\u007f',
  '=HYPERLINK("http://example.com","click") @everyone <!channel> [x](javascript:alert(1)) `code`',
  'lone \ud83d surrogate',
  'x'.repeat(10_000),
];

export const ROW_FAULTS = {
  metrics_null: oneRow('One row has null for every metric', (row) => withMetrics(row, () => null)),
  metrics_missing: oneRow('One row has no metrics at all', (row) =>
    withMetrics(row, () => undefined),
  ),
  metrics_negative: oneRow('One row has negative metrics', (row) =>
    withMetrics(row, (metric) => -metric - 1),
  ),
  metrics_nan: oneRow('One row has "NaN" for every metric', (row) => withMetrics(row, () => 'NaN')),
  metrics_text: oneRow('One row has text for every metric', (row) => withMetrics(row, () => 'n/a')),
  metrics_infinite: {
    description: 'The first row has 1e999 for its impressions, which JSON.parse reads as Infinity',
    scope: 'page',
    // JSON.stringify cannot write such a number: it goes into the text.
    reply: (reply) => ({
      ...reply,
      body: reply.body.replace(/"impression":[^,]+/, '"impression":1e999'),
    }),
  },
  metric_null_everywhere: everyRow('Impressions are null in every row', 'list', (row) => ({
    ...row,
    impression: null,
  })),
  numbers_as_strings: everyRow('Every number is a string', 'list', (row) =>
    withMetrics(row, String),
  ),
  currency_changed: everyRow(
    `cost and cpa are in a currency of which ${CURRENCY_RATE} make a dollar`,
    'list',
    (row) => ({ ...row, cost: row.cost * CURRENCY_RATE, cpa: row.cpa * CURRENCY_RATE }),
  ),
  zero_conversions: everyRow('cpa and cvr are 0 in every row', 'list', (row) => ({
    ...row,
    cpa: 0,
    cvr: 0,
  })),
  extra_fields: everyRow('Rows have fields that nobody documented', 'list', (row) => ({
    ...row,
    product_id: 1,
    gmv: { amount: 12, currency: 'USD' },
    rank: null,
  })),
  category_renamed: everyRow('Every category has another name under the same id', 'list', (row) =>
    withName(row, `${row.third_ecom_category.value} (new)`),
  ),
  cover_url: everyRow('cover_url is a URL, as it once was', 'list', (row) => ({
    ...row,
    cover_url: `https://images.example.com/${row.third_ecom_category.id}.webp`,
  })),
  hostile_names: everyRow(
    'Names hold HTML, line breaks, terminal and bidi controls, NUL, formulas, half a surrogate pair and 10,000 letters',
    'page',
    (row, index) => withName(row, HOSTILE_NAMES[index % HOSTILE_NAMES.length] ?? ''),
  ),
  row_without_third_category: oneRow(
    'One row has no third_ecom_category',
    ({ third_ecom_category: _, ...row }) => row,
  ),
  row_null: {
    description: 'One row is null',
    scope: 'page',
    page: ({ list, pagination }) => ({
      list: list.map((row, index) => (index === SPOILED ? null : row)),
      pagination,
    }),
  },
} satisfies Record<string, Fault>;
