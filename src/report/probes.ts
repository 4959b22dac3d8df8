// What `tidemark check --connect` tries: each thing once, for real, and without a message to
// anybody.
import type { Channel } from '../config/channels/kinds.ts';
import { sourceOf, type Config, type SmtpConfig, type Watch } from '../config/config.ts';
import { costOf } from '../config/pass-cost.ts';
import type { ProbeResult } from '../delivery/channels/channel-kind.ts';
import { reachSmtp } from '../delivery/channels/email/reach.ts';
import { kindOf } from '../delivery/channels/kinds.ts';
import { SECOND_MS, type Clock } from '../lib/clock.ts';
import { plural } from '../lib/text.ts';
import { dataDateAt } from '../list/dated.ts';
import { openSource } from '../source/open-source.ts';
import { adviceOnDoubts } from '../source/probe-advice.ts';
import { probeSource, type ReadPage } from '../source/probe.ts';
import { openLedger } from '../store/ledger.ts';
import { sourceLock, withLock } from '../store/file/lock.ts';
import { openForLedger } from '../store/file/open.ts';
import { countPending } from '../store/file/migrate.ts';
import { findWatch } from '../store/series/series.ts';

/** How asking a source went, and what was read of its answer; null where there was none. */
export type SourceProbe = ProbeResult & { page?: ReadPage | null };

/** What `--connect` tries. A failure is returned as a result; only a bug is thrown. */
export type Probes = {
  /** One request to the source of a watch, for its list. */
  source(config: Config, watch: Watch): Promise<SourceProbe>;
  smtp(smtp: SmtpConfig): Promise<ProbeResult>;
  /** A channel whose kind has a probe of its own. For mail, the probe of smtp says it. */
  channel(channel: Channel): Promise<ProbeResult>;
};

const CHANNEL_TIMEOUT_MS = 15 * SECOND_MS;

/**
 * Probes of the real source, mail server and receivers. `random` is in [0, 1): it spreads the
 * pauses before a retry.
 */
export const openProbes = (clock: Clock, random: () => number): Probes => ({
  source: (config, watch) => trySource(clock, random, config, watch),
  smtp: async (smtp) => {
    const problem = await reachSmtp(smtp);
    return problem === null
      ? { ok: true, text: 'the mail server accepts us', next: null }
      : { ok: false, text: problem, next: 'Check smtp.url; then: tidemark channels test NAME' };
  },
  channel: tryChannel,
});

/**
 * One request for a watch. It is in the ledger like any other, as its credits are spent; nothing
 * else is written.
 */
async function trySource(
  clock: Clock,
  random: () => number,
  config: Config,
  watch: Watch,
): Promise<SourceProbe> {
  const db = openForLedger(config.database);
  const account = sourceOf(config, watch);
  const source = openSource(account, clock, random);
  try {
    const now = clock.now();
    const { watchId } = findWatch(db, watch);
    // The ledger of an earlier version cannot hold a request of a watch that was never recorded.
    if (watchId === null && countPending(db.raw, db.path) > 0)
      return {
        ok: false,
        text: `not asked: ${db.path} was written by an earlier Tidemark, and does not know ${watch.name} yet`,
        next: 'Start the daemon of this version once; then try again.',
      };
    const { name, dailyCredits } = account;
    const { creditsPerRequest } = costOf(account, watch.list);
    const ledger = openLedger(
      db,
      { watchId, slotAt: now, source: name, creditsPerRequest, dailyCredits },
      clock,
    );
    const { signal } = new AbortController();
    // In turn with the passes of a running daemon: all share the rate of the source.
    const probe = await withLock(config.database, sourceLock(name), clock, signal, () =>
      probeSource(source.deps(ledger, signal), { ...watch, date: dataDateAt(watch, now) }),
    );
    const latency = probe.latencyMs === null ? '' : ` in ${Math.round(probe.latencyMs)} ms`;
    if (!probe.ok) return { ok: false, text: `${probe.detail}${latency}`, next: probe.next };
    const { page, doubts, next } = probe;
    const read = `${plural(page.rows, 'row')} of ${page.total ?? 'an unknown number'} for ${watch.name}${latency}`;
    if (doubts.length === 0) return { ok: true, text: read, next, page };
    return {
      ok: false,
      text: `${read}; a snapshot of it would be suspect: ${doubts.join('; ')}`,
      next: adviceOnDoubts(account, watch),
      page,
    };
  } finally {
    await source.close();
    db.close();
  }
}

function tryChannel(channel: Channel): Promise<ProbeResult> {
  const tried = kindOf(channel).probe?.(channel, CHANNEL_TIMEOUT_MS);
  if (tried === undefined) throw new Error(`a channel of kind ${channel.kind} has no probe`);
  return tried;
}
