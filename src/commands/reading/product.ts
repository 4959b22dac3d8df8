// `tidemark product WATCH PRODUCT`: one product's record and history in a watch.
import { DAY_MS, isoTime } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import { cleanText, plural } from '../../lib/text.ts';
import { commandText } from '../../words/shell-text.ts';
import {
  countEarlierSeries,
  countEvaluated,
  findBestAt,
  findNewestEvaluated,
  listHistory,
  listKnownProducts,
  type HistoryPoint,
  type KnownProduct,
} from '../../store/reading/product-history.ts';
import { getSeries } from '../../store/reading/leaderboard.ts';
import { listText } from '../../terminal/comparison-text.ts';
import type { Io } from '../../terminal/io.ts';
import { readCount } from '../../terminal/options.ts';
import {
  historyTable,
  productChoice,
  productTitle,
  rankLine,
  recordLines,
} from '../../terminal/product-text.ts';
import { paint } from '../../terminal/tone.ts';
import { matchProducts, searchProducts } from '../../report/match-products.ts';
import { requireWatch, type ReadDeps } from '../../report/known-names.ts';

export type ProductArgs = {
  watch: string;
  product: string;
  days?: number | undefined;
  limit?: number | undefined;
  json?: boolean | undefined;
};

const DEFAULT_DAYS = 30;
const DEFAULT_LIMIT = 30;

/** Prints a product's history; as JSON one object. Exit code 1 when the name stands for several products, which are listed. */
export function runProduct(io: Io, args: ProductArgs, deps: ReadDeps): number {
  const {
    db,
    config: { timezone },
  } = deps;
  const days = readCount('--days', args.days) ?? DEFAULT_DAYS;
  const limit = readCount('--limit', args.limit) ?? DEFAULT_LIMIT;
  requireWatch(deps, args.watch);
  const newest = findNewestEvaluated(db, args.watch, io.clock.now());
  if (newest === undefined)
    throw new AppError('not_found', `${args.watch} has no complete snapshot yet`, {
      hint: `see why: ${commandText(['status'])}`,
    });
  const known = listKnownProducts(db, newest.seriesId);
  const named = matchProducts(args.product, known);
  const found = named.length > 0 ? named : searchProducts(args.product, known);
  const [product] = found;
  if (product === undefined) throw notFound(args, known);
  if (found.length > 1) {
    io.stderr(
      `${plural(found.length, 'product')} of ${args.watch} could be meant by ${JSON.stringify(args.product)}. Ask again with an id:\n\n${productChoice(found, io)}`,
    );
    return 1;
  }

  const points = listHistory(
    db,
    newest.seriesId,
    product.productId,
    newest.slotAt - days * DAY_MS,
  ).filter(({ snapshot }) => snapshot.slotAt <= newest.slotAt);
  const latest = points.find(({ snapshot }) => snapshot.id === newest.id) as HistoryPoint;
  const record = {
    bestAt: findBestAt(db, newest.seriesId, product),
    snapshots: countEvaluated(db, newest.seriesId),
    latest,
  };
  if (args.json) {
    io.stdout(`${JSON.stringify(productJson(args.watch, product, record, points), null, 2)}\n`);
    return 0;
  }
  const earlier = countEarlierSeries(db, newest);
  const cut = points.length - limit;
  io.stdout(
    [
      `${paint(productTitle(product), 'strong', io.color)}\n${args.watch} (${listText(getSeries(db, newest.seriesId))})\n`,
      `${recordLines(product, record, timezone).join('\n')}\n`,
      rankLine(points, io),
      `${historyTable(points.slice(-limit), timezone, io)}${cut > 0 ? `${cut} more: --limit ${points.length}\n` : ''}`,
      earlier === 0
        ? ''
        : `The query of ${args.watch} was edited: ${plural(earlier, 'earlier list is', 'earlier lists are')} not shown here.\n`,
    ]
      .filter((part) => part !== '')
      .join('\n'),
  );
  return 0;
}

function notFound({ watch, product }: ProductArgs, known: readonly KnownProduct[]): AppError {
  const meant = nearest(
    product,
    known.map(({ name }) => name),
  );
  return new AppError('not_found', `${watch} never showed a product ${JSON.stringify(product)}`, {
    hint:
      meant === undefined
        ? `see what is on the list: ${commandText(['top', watch])}`
        : `did you mean ${commandText(['product', watch, cleanText(meant)])}?`,
  });
}

function productJson(
  watch: string,
  product: KnownProduct,
  record: { bestAt: number | null; snapshots: number; latest: HistoryPoint },
  points: readonly HistoryPoint[],
) {
  return {
    watch,
    product: {
      id: product.upstreamId,
      name: product.name,
      category_l1: product.categoryL1,
      category_l2: product.categoryL2,
    },
    record: {
      rank: record.latest.change?.rank ?? null,
      rank_best: product.rankBest,
      rank_best_at: record.bestAt === null ? null : isoTime(record.bestAt),
      first_seen_at: isoTime(product.firstSeenAt),
      last_seen_at: isoTime(product.lastSeenAt),
      slots_on_list: product.slotsOnList,
      snapshots: record.snapshots,
      streak: record.latest.change?.['streak'] ?? null,
    },
    history: points.map(({ snapshot, change }) => ({
      slot_at: isoTime(snapshot.slotAt),
      snapshot_id: snapshot.id,
      snapshot_status: snapshot.status,
      reason: snapshot.reason,
      change,
    })),
  };
}
