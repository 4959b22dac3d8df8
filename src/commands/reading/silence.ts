// `tidemark silence add / list / remove`: mute messages by rule, watch or product. What is muted is
// still recorded.
import { AppError } from '../../lib/errors.ts';
import { cleanText } from '../../lib/text.ts';
import { requireRule, requireWatch, type ReadDeps } from '../../report/known-names.ts';
import {
  countMuted,
  productNameOf,
  requireProduct,
  requireSilence,
  silenceJson,
} from '../../report/silences.ts';
import {
  countDecidedBefore,
  insertSilence,
  listActiveSilences,
  listSilences,
  removeSilence,
  type NewSilence,
} from '../../store/alerts/silences.ts';
import type { Io } from '../../terminal/io.ts';
import { readUntil } from '../../terminal/options.ts';
import { effectText, scopeText, silencesTable } from '../../terminal/silences-text.ts';
import { timeWithZone } from '../../words/times.ts';

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

/**
 * Mutes what matches all that is given, from now on, until a time or until the silence is removed.
 */
export function runSilenceAdd(io: Io, args: SilenceAddArgs, deps: ReadDeps): number {
  const { db, config } = deps;
  const now = io.clock.now();
  const untilAt = readUntil(args, now, config.timezone);
  const { rule, watch } = args;
  const reason = readReason(args);
  if (rule !== undefined) requireRule(deps, rule);
  if (watch !== undefined) requireWatch(deps, watch);
  const product = args.product === undefined ? null : requireProduct(db, args.product);
  const silence: NewSilence = {
    rule: rule ?? null,
    watch: watch ?? null,
    product: product?.upstreamId ?? null,
    untilAt,
    reason,
  };
  const id = insertSilence(db, silence, now);
  const open = countMuted(db, silence);
  const decided = countDecidedBefore(db, silence);
  if (args.json) {
    const made = silenceJson({ ...silence, id, createdAt: now, removedAt: null }, now);
    const effect = { open_alerts: open, waiting_messages: decided };
    io.stdout(`${JSON.stringify({ ...made, ...effect }, null, 2)}\n`);
    return 0;
  }
  const until =
    untilAt === null ? 'until it is removed' : `until ${timeWithZone(untilAt, config.timezone)}`;
  io.stdout(`Silence ${id} mutes ${scopeText(silence, product?.name)}, ${until}.\n`);
  io.stderr(effectText(id, open, decided));
  return 0;
}

function readReason({ reason: text, rule, watch, product }: SilenceAddArgs): string {
  const reason = cleanText(text);
  if (reason === '') throw new AppError('usage', '--reason must say why: others will ask');
  if (rule === undefined && watch === undefined && product === undefined)
    throw new AppError(
      'usage',
      'say what to mute: --rule, --watch or --product; together they mute only what matches all of them',
    );
  return reason;
}

/** Lists the silences in force, with `all` also those that are over. */
export function runSilenceList(
  io: Io,
  args: { all?: boolean | undefined; json?: boolean | undefined },
  { db, config: { timezone } }: ReadDeps,
): number {
  const now = io.clock.now();
  const silences = args.all ? listSilences(db) : listActiveSilences(db, now);
  if (args.json) {
    const shown = silences.map((silence) => silenceJson(silence, now));
    io.stdout(`${JSON.stringify(shown, null, 2)}\n`);
    return 0;
  }
  if (silences.length === 0) {
    io.stderr(
      args.all
        ? 'There was never a silence.\n'
        : 'Nothing is muted. --all lists silences that are over.\n',
    );
    return 0;
  }
  const named = silences.map((one) => ({ ...one, productName: productNameOf(db, one) }));
  const table = silencesTable(named, args.all === true, now, timezone, io);
  io.stdout(`Times in ${timezone}\n\n${table}`);
  return 0;
}

/** Ends a silence; one that has expired may be removed, too. */
export function runSilenceRemove(
  io: Io,
  args: { id: number; json?: boolean | undefined },
  { db }: ReadDeps,
): number {
  const now = io.clock.now();
  const silence = requireSilence(db, args.id);
  if (!removeSilence(db, args.id, now))
    throw new AppError('not_found', `silence ${args.id} has been removed already`);
  if (args.json) {
    io.stdout(`${JSON.stringify(silenceJson({ ...silence, removedAt: now }, now), null, 2)}\n`);
    return 0;
  }
  const scope = scopeText(silence, productNameOf(db, silence));
  io.stdout(`Silence ${args.id} is removed: ${scope} is heard again.\n`);
  return 0;
}
