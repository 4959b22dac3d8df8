// `tidemark silence add / list / remove`: mute messages by rule, watch or product. What is muted is still recorded.
import { isoTime } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import { cleanText, plural } from '../../lib/text.ts';
import { countAlerts } from '../../store/alerts/alert-log.ts';
import { listProducts, type NamedProduct } from '../../store/reading/names.ts';
import type { Db } from '../../store/file/open.ts';
import {
  countDecidedBefore,
  insertSilence,
  listActiveSilences,
  listSilences,
  removeSilence,
  type NewSilence,
  type Silence,
} from '../../store/alerts/silences.ts';
import type { Io } from '../../terminal/io.ts';
import { readUntil } from '../../terminal/options.ts';
import { scopeText, silencesTable, silenceState } from '../../terminal/silences-text.ts';
import { timeWithZone } from '../../words/times.ts';
import { matchProducts } from '../../report/match-products.ts';
import { requireRule, requireWatch, type ReadDeps } from '../../report/known-names.ts';

export type SilenceAddArgs = {
  rule?: string | undefined;
  watch?: string | undefined;
  /** Upstream id, or the name of exactly one product. */
  product?: string | undefined;
  for?: string | undefined;
  until?: string | undefined;
  reason: string;
  json?: boolean | undefined;
};

/** Mutes what matches all that is given, from now on, until a time or until the silence is removed. */
export function runSilenceAdd(io: Io, args: SilenceAddArgs, deps: ReadDeps): number {
  const {
    db,
    config: { timezone },
  } = deps;
  const now = io.clock.now();
  const untilAt = readUntil(args, now, timezone);
  const reason = cleanText(args.reason);
  if (reason === '') throw new AppError('usage', '--reason must say why: others will ask');
  if (args.rule === undefined && args.watch === undefined && args.product === undefined)
    throw new AppError(
      'usage',
      'say what to mute: --rule, --watch or --product; together they mute only what matches all of them',
    );
  if (args.rule !== undefined) requireRule(deps, args.rule);
  if (args.watch !== undefined) requireWatch(deps, args.watch);
  const product = args.product === undefined ? null : requireProduct(deps, args.product);
  const silence: NewSilence = {
    rule: args.rule ?? null,
    watch: args.watch ?? null,
    product: product?.upstreamId ?? null,
    untilAt,
    reason,
  };
  const id = insertSilence(db, silence, now);
  const open = countOpen(deps, silence);
  const decided = countDecidedBefore(db, silence);
  if (args.json)
    io.stdout(
      `${JSON.stringify({ ...silenceJson({ ...silence, id, createdAt: now, removedAt: null }, now), open_alerts: open, waiting_messages: decided }, null, 2)}\n`,
    );
  else {
    io.stdout(
      `Silence ${id} mutes ${scopeText(silence, product?.name)}, ${untilAt === null ? 'until it is removed' : `until ${timeWithZone(untilAt, timezone)}`}.\n`,
    );
    io.stderr(
      `It mutes ${open === 0 ? 'no open alert now' : plural(open, 'open alert')}. Alerts are recorded all the same; what still fires when it ends is told then.\n${decided === 0 ? '' : `${plural(decided, 'message')} about it ${decided === 1 ? 'was' : 'were'} decided before and ${decided === 1 ? 'waits' : 'wait'} to be sent: a silence does not take that back.\n`}End it: tidemark silence remove ${id}\n`,
    );
  }
  return 0;
}

function requireProduct({ db }: ReadDeps, text: string): NamedProduct {
  const known = listProducts(db);
  const found = matchProducts(text, known);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1)
    throw new AppError('usage', `${found.length} products are named ${JSON.stringify(text)}`, {
      hint: `give an id: ${found.map(({ upstreamId, categoryL1 }) => `${upstreamId} (${cleanText(categoryL1 ?? 'no category')})`).join(', ')}`,
    });
  const meant = nearest(
    text,
    known.map(({ name }) => name),
  );
  throw new AppError('not_found', `there is no product ${JSON.stringify(text)}`, {
    hint:
      meant === undefined
        ? 'ids are in: tidemark alerts --json, and tidemark product WATCH NAME'
        : `did you mean ${cleanText(meant)}?`,
  });
}

const countOpen = (
  { db }: ReadDeps,
  { rule, watch, product }: Pick<Silence, 'rule' | 'watch' | 'product'>,
): number =>
  countAlerts(db, {
    rule: rule ?? undefined,
    watch: watch ?? undefined,
    product: product ?? undefined,
    state: 'firing',
  }).reduce((sum, { count }) => sum + count, 0);

/** Lists the silences in force, with `all` also those that are over. */
export function runSilenceList(
  io: Io,
  args: { all?: boolean | undefined; json?: boolean | undefined },
  { db, config: { timezone } }: ReadDeps,
): number {
  const now = io.clock.now();
  const silences = args.all ? listSilences(db) : listActiveSilences(db, now);
  if (args.json)
    io.stdout(
      `${JSON.stringify(
        silences.map((silence) => silenceJson(silence, now)),
        null,
        2,
      )}\n`,
    );
  else if (silences.length === 0)
    io.stderr(
      args.all
        ? 'There was never a silence.\n'
        : 'Nothing is muted. --all lists silences that are over.\n',
    );
  else
    io.stdout(
      `Times in ${timezone}\n\n${silencesTable(
        silences.map((silence) => ({ ...silence, productName: nameOf(db, silence) })),
        args.all === true,
        now,
        timezone,
        io,
      )}`,
    );
  return 0;
}

/** Ends a silence; one that has expired may be removed, too. */
export function runSilenceRemove(
  io: Io,
  args: { id: number; json?: boolean | undefined },
  deps: ReadDeps,
): number {
  const { db } = deps;
  const now = io.clock.now();
  const silence = listSilences(db).find(({ id }) => id === args.id);
  if (silence === undefined)
    throw new AppError('not_found', `there is no silence ${args.id}`, {
      hint: 'tidemark silence list --all shows them',
    });
  if (!removeSilence(db, args.id, now))
    throw new AppError('not_found', `silence ${args.id} has been removed already`);
  if (args.json)
    io.stdout(`${JSON.stringify(silenceJson({ ...silence, removedAt: now }, now), null, 2)}\n`);
  else
    io.stdout(
      `Silence ${args.id} is removed: ${scopeText(silence, nameOf(db, silence))} is heard again.\n`,
    );
  return 0;
}

const nameOf = (db: Db, { product }: Silence): string | undefined =>
  product === null
    ? undefined
    : listProducts(db).find(({ upstreamId }) => upstreamId === product)?.name;

const silenceJson = (silence: Silence, now: number) => ({
  id: silence.id,
  rule: silence.rule,
  watch: silence.watch,
  product: silence.product,
  reason: silence.reason,
  state: silenceState(silence, now),
  until: silence.untilAt === null ? null : isoTime(silence.untilAt),
  created_at: isoTime(silence.createdAt),
  removed_at: silence.removedAt === null ? null : isoTime(silence.removedAt),
});
