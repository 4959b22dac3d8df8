// Prometheus metrics, read from the database when they are asked for. Labels are names of the
// config: watches and channels, never a product, so that there are as many as the config has.
import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { Gauge, Registry } from 'prom-client';
import { SECOND_MS, type Instant } from '../lib/clock.ts';
import { readStatus, type Status } from '../report/status.ts';
import { SNAPSHOT_STATUSES } from '../store/schema/snapshots.ts';
import type { OpsContext } from './ops-facts.ts';

type Sample = { labels?: Record<string, string>; value: number | null };
type Metric = { name: string; help: string; labels?: string[]; samples: Sample[] };

/** What is served at /metrics: its text and content type. */
export async function renderMetrics(
  context: OpsContext,
): Promise<{ body: string; contentType: string }> {
  // Made anew for each answer, so that nothing is told that the config no longer has.
  const registry = new Registry();
  const { db, clock } = context;
  const config = context.config();
  const note = context.note();
  const status = readStatus(db, config, clock.now(), { isRunning: true, note });
  const metrics = [
    ...ofDaemon(context),
    ...ofWatches(status),
    ...ofMessages(status),
    ...ofFiles(db.path),
    ...ofBackups(status),
    ...ofLake(status),
  ];
  for (const { name, help, labels = [], samples } of metrics) {
    const gauge = new Gauge({ name, help, labelNames: labels, registers: [registry] });
    for (const { labels: of = {}, value } of samples) if (value !== null) gauge.set(of, value);
    // Without labels prom-client begins with a 0 that nobody measured.
    if (samples.every(({ value }) => value === null)) registry.removeSingleMetric(name);
  }
  return { body: await registry.metrics(), contentType: registry.contentType };
}

const seconds = (at: Instant | null | undefined): number | null =>
  at === null || at === undefined ? null : at / SECOND_MS;
const single = (name: string, help: string, value: number | null): Metric => ({
  name,
  help,
  samples: [{ value }],
});

function ofDaemon(context: OpsContext): Metric[] {
  const note = context.note();
  return [
    {
      name: 'tidemark_build_info',
      help: 'Always 1; the version of the daemon is its label.',
      labels: ['version'],
      samples: [{ labels: { version: note.version }, value: 1 }],
    },
    single('tidemark_start_time_seconds', 'When the daemon started.', seconds(note.startedAt)),
    single('tidemark_config_time_seconds', 'When it read its config.', seconds(note.configAt)),
    single(
      'tidemark_schedule_look_time_seconds',
      'When the schedule last looked at what is due: every 30 s, or after a pass.',
      seconds(context.lookedAt()),
    ),
    single(
      'process_resident_memory_bytes',
      'Resident memory size in bytes.',
      process.memoryUsage.rss(),
    ),
  ];
}

function ofWatches({ now, watches, credits, openAlerts, ruleTroubles }: Status): Metric[] {
  const perWatch = (
    name: string,
    help: string,
    read: (watch: (typeof watches)[number]) => number | null,
  ): Metric => ({
    name,
    help,
    labels: ['watch'],
    samples: watches.map((watch) => ({ labels: { watch: watch.watch }, value: read(watch) })),
  });
  return [
    perWatch(
      'tidemark_watch_snapshot_time_seconds',
      'When the newest snapshot of a watch was taken or missed, whatever came of it.',
      ({ last }) => seconds(last === null ? null : (last.takenAt ?? last.slotAt)),
    ),
    perWatch(
      'tidemark_watch_complete_snapshot_time_seconds',
      'The slot of its newest complete snapshot.',
      ({ lastComplete }) => seconds(lastComplete?.slotAt),
    ),
    perWatch('tidemark_watch_interval_seconds', 'How often its schedule is due.', ({ last }) =>
      seconds(last?.intervalMs),
    ),
    perWatch(
      'tidemark_watch_overdue_seconds',
      'How long its slot has been overdue; 0: it is not.',
      ({ overdueAt }) => (overdueAt === null ? 0 : (now - overdueAt) / SECOND_MS),
    ),
    perWatch(
      'tidemark_watch_rows',
      'Rows of the newest snapshot.',
      ({ last }) => last?.rows ?? null,
    ),
    {
      name: 'tidemark_watch_snapshots_7d',
      help: 'Snapshots of the last 7 days, by what came of them.',
      labels: ['watch', 'status'],
      samples: watches.flatMap(({ watch, recent }) =>
        SNAPSHOT_STATUSES.map((status) => ({
          labels: { watch, status },
          value: recent[status] ?? 0,
        })),
      ),
    },
    single('tidemark_credits_today', 'Credits spent today (UTC).', credits.today),
    single('tidemark_credits_daily_limit', 'The daily limit; absent: none.', credits.limit),
    bySource(
      'tidemark_source_credits_today',
      'Credits of a source spent today (UTC).',
      credits,
      'today',
    ),
    bySource(
      'tidemark_source_credits_daily_limit',
      'The daily limit of a source.',
      credits,
      'limit',
    ),
    {
      name: 'tidemark_alerts_firing',
      help: 'Alerts that fire: told, quiet, or of products that left.',
      labels: ['kind'],
      samples: (['told', 'quiet', 'left'] as const).map((kind) => ({
        labels: { kind },
        value: openAlerts[kind],
      })),
    },
    single('tidemark_rules_set_aside', 'Rules that cannot be evaluated.', ruleTroubles.length),
  ];
}

const bySource = (
  name: string,
  help: string,
  { sources }: Status['credits'],
  key: 'today' | 'limit',
): Metric => ({
  name,
  help,
  labels: ['source'],
  samples: sources.map((one) => ({ labels: { source: one.source }, value: one[key] })),
});

function ofMessages({ deliveries, logLosses }: Status): Metric[] {
  const { failingChannels, pending, recentlyDead, stuckSinceAt, suppressed } = deliveries;
  return [
    single('tidemark_deliveries_pending', 'Messages that wait to be sent.', pending),
    single('tidemark_deliveries_dead_7d', 'Messages given up in the last 7 days.', recentlyDead),
    single(
      'tidemark_deliveries_stuck_since_seconds',
      'Since when a message waits that nothing holds up; absent: none does.',
      seconds(stuckSinceAt),
    ),
    {
      name: 'tidemark_channel_failing_since_seconds',
      help: 'Since when a channel has been failing; absent: it works.',
      labels: ['channel'],
      samples: failingChannels.map(({ channel, failingSinceAt, disabledAt }) => ({
        labels: { channel },
        value: seconds(failingSinceAt ?? disabledAt),
      })),
    },
    single('tidemark_recipients_suppressed', 'Recipients to whom mail rests.', suppressed.length),
    single(
      'tidemark_log_lines_lost',
      'Lines of the log that could not be written since the start.',
      logLosses?.lines ?? 0,
    ),
  ];
}

function ofBackups({ backups }: Status): Metric[] {
  if (backups === null) return [];
  const { note } = backups;
  return [
    single(
      'tidemark_backup_time_seconds',
      'When the newest backup was made.',
      seconds(note?.last?.at),
    ),
    single('tidemark_backup_bytes', 'Its size, compressed.', note?.last?.bytes ?? null),
    single('tidemark_backup_failures', 'Failures in a row since then.', note?.failures ?? 0),
  ];
}

function ofLake({ lakeSyncs }: Status): Metric[] {
  if (lakeSyncs === null) return [];
  const { note } = lakeSyncs;
  return [
    single(
      'tidemark_lake_time_seconds',
      'When the daemon last brought the lake up to date.',
      seconds(note?.last?.at),
    ),
    single('tidemark_lake_failures', 'Failures in a row since then.', note?.failures ?? 0),
  ];
}

function ofFiles(database: string): Metric[] {
  if (!existsSync(database)) return [];
  const { bavail, bsize } = statfsSync(dirname(database));
  const wal = statSync(`${database}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  return [
    single('tidemark_database_bytes', 'Size of the database file.', statSync(database).size),
    single('tidemark_wal_bytes', 'Size of its write-ahead log.', wal),
    single('tidemark_disk_free_bytes', 'Room left on its disk.', bavail * bsize),
  ];
}
