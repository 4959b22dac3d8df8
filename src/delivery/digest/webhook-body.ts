import { cleanText, truncate } from '../../lib/text.ts';
import type { DigestFacts, DigestList, DigestMessage, DigestRow } from '../../model.ts';

const NAME_LENGTH = 200;
const LISTS = ['climbers', 'fallers', 'entered', 'returned', 'left', 'records', 'streaks'] as const;

/**
 * A digest as a webhook body of at most `maxBytes`, as far as its number of watches allows. What does not fit goes in
 * this order: pictures (`ranks` and `chart`), the ends of the lists, then `categories` and `top_mover` of each watch.
 * The `total` of a list still says how many there are.
 */
export function digestBody(message: DigestMessage, maxBytes: number): string {
  const write = (change: (data: DigestFacts) => DigestFacts) =>
    JSON.stringify({ ...message, data: change(boundNames(message.data)) });
  const longest = Math.max(...LISTS.map((list) => message.data[list].rows.length));
  const attempts = [
    (data: DigestFacts) => data,
    ...Array.from(
      { length: longest },
      (_, cut) => (data: DigestFacts) => cutRows(withoutPictures(data), longest - cut),
    ),
  ];
  for (const attempt of attempts) {
    const body = write(attempt);
    if (Buffer.byteLength(body) <= maxBytes) return body;
  }
  return write((data) => withoutExtras(cutRows(withoutPictures(data), 1)));
}

const mapRows = (data: DigestFacts, change: (row: DigestRow) => DigestRow): DigestFacts => ({
  ...mapLists(data, ({ total, rows }) => ({ total, rows: rows.map(change) })),
  watches: data.watches.map((watch) => ({
    ...watch,
    top_mover: watch.top_mover && change(watch.top_mover),
    chart: watch.chart && { ...watch.chart, rows: watch.chart.rows.map(change) },
  })),
});

const mapLists = (data: DigestFacts, change: (list: DigestList) => DigestList): DigestFacts => ({
  ...data,
  ...Object.fromEntries(LISTS.map((list) => [list, change(data[list])])),
});

const withoutPictures = (data: DigestFacts): DigestFacts => {
  const bare = mapRows(data, (row) => ({ ...row, ranks: [] }));
  return { ...bare, watches: bare.watches.map((watch) => ({ ...watch, chart: null })) };
};

const cutRows = (data: DigestFacts, max: number): DigestFacts =>
  mapLists(data, ({ total, rows }) => ({ total, rows: rows.slice(0, max) }));

const withoutExtras = (data: DigestFacts): DigestFacts => ({
  ...data,
  watches: data.watches.map((watch) => ({
    ...watch,
    top_mover: null,
    categories: { ...watch.categories, rows: [] },
  })),
});

function boundNames(data: DigestFacts): DigestFacts {
  const bound = (text: string) => truncate(cleanText(text), NAME_LENGTH);
  const boundOrNull = (text: string | null) => (text === null ? null : bound(text));
  const product = ({ id, name, category_l1, category_l2 }: DigestRow['product']) => ({
    id: bound(id),
    name: bound(name),
    category_l1: boundOrNull(category_l1),
    category_l2: boundOrNull(category_l2),
  });
  const rows = mapRows(data, (row) => ({ ...row, product: product(row.product) }));
  return {
    ...rows,
    watches: rows.watches.map((watch) => ({
      ...watch,
      categories: {
        ...watch.categories,
        rows: watch.categories.rows.map((row) => ({
          ...row,
          category_l1: boundOrNull(row.category_l1),
        })),
      },
    })),
    alerts: rows.alerts.map((rule) => ({
      ...rule,
      alerts: rule.alerts.map((alert) => ({ ...alert, product: product(alert.product) })),
    })),
  };
}
