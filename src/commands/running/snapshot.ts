// `tidemark snapshot`: one pass now, for the watches named, or for all.
import type { Config, Watch } from '../../config/config.ts';
import { mustRest, pausedList } from '../../daemon/take-slot.ts';
import { deliverDue, type DeliveryDeps } from '../../delivery/dispatch.ts';
import { messageOf } from '../../lib/errors.ts';
import { cleanText, plural } from '../../lib/text.ts';
import { readAppConfig } from '../../open-app.ts';
import { openPassSource } from '../../open-pass-source.ts';
import { rowsOfApplied } from '../../store/series/apply-config.ts';
import { runPass, type FetchList } from '../../pipeline.ts';
import type { PassResult, Unpublished } from '../../pass/outcome.ts';
import { dueAt } from '../../list/dated.ts';
import { isoTime } from '../../lib/clock.ts';
import { dataDateText, timeWithZone } from '../../words/times.ts';
import { healInstants } from '../../store/clock-ahead.ts';
import { openDatabase, type Db } from '../../store/file/open.ts';
import { findHeldBack, sayHeldBack, standing } from '../../daemon/held-back.ts';
import { calledFromAnywhere } from '../../terminal/program-name.ts';
import type { Io } from '../../terminal/io.ts';
import { requireName } from '../../report/known-names.ts';

export type SnapshotArgs = {
  config?: string | undefined;
  watches: readonly string[];
  json?: boolean | undefined;
};

/**
 * Exit code 0 when all are complete, 3 when one was stored but is not complete or is not published,
 * 1 when all failed or it was stopped. After a 401 or 402 the other watches are not asked for: each request of theirs
 * would be refused too, and counted.
 */
export async function runSnapshot(
  io: Io,
  args: SnapshotArgs,
  signal: AbortSignal,
): Promise<number> {
  const config = readAppConfig(io, args.config, 'needed');
  const names = config.watches.map((watch) => watch.name);
  for (const name of args.watches) requireName('watch', name, names);
  const watches = config.watches.filter(
    (watch) => args.watches.length === 0 || args.watches.includes(watch.name),
  );
  const db = openDatabase(config.database);
  const heldBack = findHeldBack(db, config);
  if (heldBack !== null) {
    io.stderr(`warning ${sayHeldBack(heldBack, config)}\n`);
    // All names are checked before the first list is fetched: a wrong one must not waste the
    // credits of the others.
    try {
      for (const watch of watches) standing(db, config, watch);
    } catch (thrown) {
      db.close();
      throw thrown;
    }
  }
  for (const { says, count } of healInstants(db, io.clock.now()))
    io.stderr(`warning the clock was ahead: ${says} (${count})\n`);
  const source = openPassSource(config, io.clock, Math.random);
  const askedAt = io.clock.now();
  const results: TakenByHand[] = [];
  const refused = new Set<string>();
  const fetchList: FetchList = (query, ledger, stop) =>
    refused.has(query.source)
      ? Promise.resolve(pausedList(io.clock.now()))
      : source.fetchList(query, ledger, stop);
  try {
    for (const watch of watches) {
      io.stderr(`${watch.name}: asking for ${watch.depth} ranks …\n`);
      const outcome = await runPass(
        {
          db,
          config,
          clock: io.clock,
          fetchList,
          signal,
          // Looked up anew each time: a daemon may start, or read its config, while a list is
          // fetched.
          rowsAndRules: (asked) =>
            findHeldBack(db, config) === null
              ? rowsOfApplied(db, config, asked, io.clock.now())
              : standing(db, config, asked),
        },
        watch,
        askedAt,
        'manual',
      );
      if (outcome.kind === 'aborted') break;
      if (outcome.kind === 'unpublished') {
        results.push(unpublishedResult(outcome));
        io.stderr(`${sayUnpublished(watch, outcome)}\n`);
        continue;
      }
      if (outcome.kind === 'taken' && mustRest(outcome.refused)) refused.add(watch.source);
      results.push(outcome.result);
      io.stderr(`${sayResult(outcome.result)}\n`);
      if (outcome.kind === 'taken' && outcome.note !== null)
        io.stderr(`  note: ${cleanText(outcome.note)}\n`);
    }
    if (results.length < watches.length)
      io.stderr(
        `stopped: ${results.length} of ${plural(watches.length, 'watch', 'watches')} taken\n`,
      );
    // If a daemon runs with another config, its channels are the right ones, and it delivers.
    const { delivered } =
      heldBack === null ? await deliverDue(deliveryDeps(io, db, config), signal) : { delivered: 0 };
    if (delivered > 0) io.stderr(`${plural(delivered, 'message')} delivered\n`);
  } finally {
    await source.close();
    db.close();
  }
  if (args.json) io.stdout(`${JSON.stringify(results, null, 2)}\n`);
  return results.length < watches.length ? 1 : exitCode(results);
}

/** What is printed of each watch; of a list that is not published nothing is stored. */
type TakenByHand =
  | PassResult
  | (Omit<PassResult, 'snapshot_id' | 'status'> & { snapshot_id: null; status: 'not_published' });

const unpublishedResult = ({ watch, slotAt, dataDate, credits }: Unpublished): TakenByHand => ({
  watch,
  slot_at: isoTime(slotAt),
  ...(dataDate === null ? {} : { data_date: dataDate }),
  snapshot_id: null,
  status: 'not_published',
  reason: 'the list is not published yet',
  rows: 0,
  pages: 0,
  credits,
  fired: 0,
  resolved: 0,
});

/** Which date it is of, since when it is due, and what to do. */
function sayUnpublished(
  { list, asked, name, timezone }: Watch,
  { dataDate, credits }: Unpublished,
) {
  const which =
    dataDate === null || list.dated === null
      ? 'the list'
      : `the list of ${dataDateText({ list, asked }, dataDate)}, due since ${timeWithZone(dueAt(list.dated, asked, dataDate), timezone)},`;
  return `${name}: not published: ${which} is not there yet. Nothing is stored (${plural(credits, 'credit')}); try again later`;
}

function sayResult({
  watch,
  status,
  reason,
  rows,
  pages,
  credits,
  fired,
  resolved,
}: PassResult): string {
  const why = reason === null ? '' : ` (${reason})`;
  const read = `${plural(rows, 'row')} on ${plural(pages, 'page')}, ${plural(credits, 'credit')}`;
  return `${watch}: ${status}${why}, ${read}; ${plural(fired, 'alert')} fired, ${resolved} resolved`;
}

function exitCode(results: readonly TakenByHand[]): number {
  if (results.every(({ status }) => status === 'complete')) return 0;
  return results.every(({ status }) => status === 'failed') ? 1 : 3;
}

type Outbox = Pick<Config, 'path' | 'channels' | 'smtp' | 'timezone' | 'locale' | 'web'>;

/**
 * What delivering by hand needs. Messages of the dispatcher go to stderr in words: which channel,
 * and why.
 */
export const deliveryDeps = (
  io: Io,
  db: Db,
  { path, channels, smtp, timezone, locale, web }: Outbox,
): DeliveryDeps => ({
  db,
  channels,
  smtp,
  publicUrl: web.publicUrl,
  timezone,
  locale,
  called: calledFromAnywhere(io, path),
  clock: io.clock,
  random: Math.random,
  log: {
    info: () => {},
    warn: (fields, message) => io.stderr(`warning ${sayLogged(fields, message)}\n`),
    error: (fields, message) => io.stderr(`error ${sayLogged(fields, message)}\n`),
  },
});

function sayLogged(
  fields: { channel?: string; delivery?: number; reason?: string; err?: unknown },
  message: string,
): string {
  const {
    channel,
    delivery,
    reason = fields.err === undefined ? undefined : messageOf(fields.err),
  } = fields;
  const about = [
    ...(channel === undefined ? [] : [channel]),
    ...(delivery === undefined ? [] : [`delivery ${delivery}`]),
  ].join(', ');
  return `${about === '' ? '' : `${about}: `}${message}${reason === undefined ? '' : ` (${reason})`}`;
}
