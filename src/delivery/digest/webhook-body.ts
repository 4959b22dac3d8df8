import { cleanText, truncate } from '../../lib/text.ts';
import { withoutDeclaration } from '../../message/about-list.ts';
import type {
  DigestFacts,
  DigestList,
  DigestMessage,
  DigestRow,
  DigestRule,
  DigestWatch,
} from '../../message/digest.ts';

const NAME_LENGTH = 200;
/**
 * If not even the first of each list fits, names are cut to this length, which still tells them
 * apart.
 */
const SHORT_NAME_LENGTH = 40;
const LISTS = ['climbers', 'fallers', 'entered', 'returned', 'left', 'records', 'streaks'] as const;

/**
 * Shares of a body of 20 kB. What watches and alerts need beyond them is cut, so that there is room
 * for the products that moved.
 */
const WATCHES_SHARE = 0.35;
const ALERTS_SHARE = 0.25;

/** The facts, and how many watches and rules they leave out. */
type Cut = DigestFacts & { truncated: { watches: number; rules: number } };

/**
 * A digest as a webhook body of at most `maxBytes`. What does not fit goes in this order: pictures
 * (`ranks` and `chart`); of watches and alerts what is beyond their share, first their details
 * (`categories`, `top_mover`, `troubles`, single alerts) and then whole ones, counted in
 * `truncated`; the ends of the lists, whose `total` still says how many there are.
 */
export function digestBody(message: DigestMessage, maxBytes: number): string {
  const write = ({ truncated, ...data }: Cut) =>
    JSON.stringify({
      ...message,
      data: truncated.watches + truncated.rules === 0 ? data : { ...data, truncated },
    });
  const fits = (body: string) => Buffer.byteLength(body) <= maxBytes;
  const longest = Math.max(...LISTS.map((list) => message.data[list].rows.length));
  const none = { watches: 0, rules: 0 };
  const told = { ...message.data, watches: message.data.watches.map(withoutDeclaration) };
  const whole = boundNames(told, NAME_LENGTH);
  for (const data of [whole, withoutPictures(whole)]) {
    const body = write({ ...data, truncated: none });
    if (fits(body)) return body;
  }
  for (const length of [NAME_LENGTH, SHORT_NAME_LENGTH]) {
    const data = withoutPictures(boundNames(told, length));
    const watches = watchesWithin(data.watches, maxBytes * WATCHES_SHARE);
    const alerts = rulesWithin(data.alerts, maxBytes * ALERTS_SHARE);
    const truncated = {
      watches: data.watches.length - watches.length,
      rules: data.alerts.length - alerts.length,
    };
    for (let rows = longest; rows > 0; rows--) {
      const body = write({ ...cutRows({ ...data, watches, alerts }, rows), truncated });
      if (fits(body)) return body;
    }
  }
  const bare = cutRows(withoutPictures(boundNames(message.data, SHORT_NAME_LENGTH)), 0);
  const truncated = { watches: bare.watches.length, rules: bare.alerts.length };
  return write({ ...bare, watches: [], alerts: [], truncated });
}

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** The first items, as many as fit into some bytes. */
function firstWithin<Item>(items: readonly Item[], bytes: number): Item[] {
  let room = bytes;
  const end = items.findIndex((item) => (room -= bytesOf(item) + 1) < 0);
  return items.slice(0, end === -1 ? items.length : end);
}

const MAX_TROUBLES = 2;
const REASON_LENGTH = 120;

function watchesWithin(watches: readonly DigestWatch[], bytes: number): DigestWatch[] {
  if (bytesOf(watches) <= bytes) return [...watches];
  const bare = watches.map((watch) => ({
    ...watch,
    top_mover: null,
    categories: { ...watch.categories, rows: [] },
    health: {
      ...watch.health,
      troubles: watch.health.troubles
        .slice(0, MAX_TROUBLES)
        .map((trouble) => ({ ...trouble, reason: truncate(trouble.reason, REASON_LENGTH) })),
    },
  }));
  return firstWithin(bare, bytes);
}

function rulesWithin(rules: readonly DigestRule[], bytes: number): DigestRule[] {
  for (const lines of [Infinity, 3, 1, 0]) {
    const cut = rules.map((rule) => ({ ...rule, alerts: rule.alerts.slice(0, lines) }));
    if (bytesOf(cut) <= bytes || lines === 0) return firstWithin(cut, bytes);
  }
  return [];
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

function boundNames(data: DigestFacts, length: number): DigestFacts {
  const bound = (text: string) => truncate(cleanText(text), length);
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
