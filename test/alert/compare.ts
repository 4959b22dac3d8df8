// Runs passes through the real engine and the oracle side by side, and compares all they say.
import { expect } from 'vitest';
import { isoTime } from '../../src/lib/clock.ts';
import type { AlertsMessage } from '../../src/message/alerts.ts';
import { syncConfig } from '../../src/store/series/apply-config.ts';
import { insertMissed } from '../../src/store/series/slots.ts';
import { insertSilence, removeSilence } from '../../src/store/alerts/silences.ts';
import { changeText } from '../support/evidence.ts';
import { fetchedList, type RowSpec, type World } from '../support/world.ts';
import {
  intervalAt,
  makeOracle,
  type OracleAlert,
  type OracleMessage,
  type OracleSilence,
} from './oracle.ts';
import type { Crawl, Row, Served } from './oracle-changes.ts';

/** What is served for one slot, the same for both. */
export type Serving = {
  rows: Served[];
  pageSize: number;
  missing: readonly number[];
  total: number;
};

export type Twin = ReturnType<typeof makeTwin>;

/** The engine in its world beside the oracle. Every step throws when they differ. */
export function makeTwin(world: World) {
  const oracle = makeOracle();
  const silences = new Map<number, OracleSilence>();

  async function pass(
    watch: string,
    slotAt: number,
    serving: Serving,
    isImport = false,
    isByHand = false,
  ): Promise<string> {
    const { rows, pageSize, missing, total } = serving;
    const list = fetchedList(rows.map(toSpec), { pageSize, missing, total });
    const live = isByHand ? 'manual' : 'schedule';
    const result = await world.pass(slotAt, list, { watch, origin: isImport ? 'import' : live });
    const said = oracle.pass(world.config, [...silences.values()], {
      watch,
      slotAt,
      isImport,
      isByHand,
      isSuspect: result.status === 'suspect',
      crawl: toCrawl(serving, world.config.watches.find(({ name }) => name === watch)?.depth ?? 0),
    });
    expect({
      at: isoTime(slotAt),
      status: result.status,
      messages: engineMessages(world, result.snapshot_id),
    }).toEqual({
      at: isoTime(slotAt),
      status: said.status,
      messages: said.messages.map(messageKey),
    });
    expect(
      said.messages
        .flatMap(({ events }) => events)
        .filter(({ event, alert }) => event === 'fired' && alert.slotAt > slotAt),
    ).toEqual([]);
    return result.status;
  }

  /** The slot passed while nobody was there. */
  function miss(watch: string, slotAt: number): void {
    const { db, config } = world;
    db.transaction(() => {
      const row = syncConfig(db, config, slotAt).watches.get(watch);
      const { schedule = '' } = config.watches.find(({ name }) => name === watch) ?? {};
      const intervalMs = intervalAt(schedule, slotAt);
      if (row !== undefined)
        insertMissed(db, [{ ...row, slotAt, intervalMs }], 'the daemon was down');
    });
    oracle.pass(config, [], {
      watch,
      slotAt,
      isImport: false,
      isSuspect: false,
      crawl: null,
    });
  }

  return {
    pass,
    miss,
    silence: (silence: OracleSilence, now: number): void => {
      silences.set(insertSilence(world.db, { ...silence, reason: 'known' }, now), silence);
    },
    /** Removes the oldest silence that is left. */
    unsilence: (now: number): void => {
      const [id] = silences.keys();
      if (id === undefined) return;
      silences.delete(id);
      removeSilence(world.db, id, now);
    },
    /** Every alert, with all the values it was based on. */
    compareAlerts: (): readonly OracleAlert[] => {
      oracle.configure(world.config);
      world.db.transaction(() => syncConfig(world.db, world.config, world.clock.now()));
      const expected = oracle.alerts().map(alertRow).sort(byKey);
      const found = engineAlerts(world).sort(byKey);
      expect(found.map(({ change: _, resolvedChange: __, ...alert }) => alert)).toEqual(
        expected.map(({ change: _, resolvedChange: __, ...alert }) => alert),
      );
      expect(found.flatMap((alert, i) => differences(alert, expected[i] ?? alert))).toEqual([]);
      return oracle.alerts();
    },
  };
}

function toSpec(row: Served): RowSpec {
  if (row === null) return null;
  const { id, name, l1, l2, metrics } = row;
  return {
    id,
    name,
    l1,
    l2,
    ...metrics,
  };
}

function toCrawl({ rows, pageSize, missing, total }: Serving, depth: number): Crawl {
  const pages = Array.from({ length: Math.ceil(rows.length / pageSize) }, (_, index) => ({
    page: index + 1,
    rows: rows.slice(index * pageSize, (index + 1) * pageSize),
  }));
  return {
    pages: pages.filter(({ page }) => !missing.includes(page)),
    pageSize,
    missing: missing.length,
    total,
    depth,
  };
}

const eventKey = (
  event: string,
  alert: Pick<OracleAlert, 'rule' | 'watch' | 'product' | 'slotAt'>,
): string => `${event} ${alert.rule} ${alert.watch} ${alert.product} ${isoTime(alert.slotAt)}`;
const messageKey = ({ channel, events, isStorm }: OracleMessage) => ({
  channel,
  isStorm,
  events: events.map(({ event, alert }) => eventKey(event, alert)).sort(),
});

/** Firings and reminders of each rule, and ends of all rules, that one message lists. */
const LISTED = 20;
const ENDS = 30;

function engineMessages({ db }: World, snapshotId: number) {
  const rows = db.raw
    .prepare(
      "SELECT id, channel, message FROM notifications WHERE snapshot_id = ? AND type LIKE 'alerts.%' ORDER BY id",
    )
    .all(snapshotId) as { id: number; channel: string; message: string }[];
  const messages = rows.map(({ id, channel, message: text }): ReturnType<typeof messageKey> => {
    const { data } = JSON.parse(text) as AlertsMessage;
    const told = db.raw
      .prepare(
        `SELECT l.event, ru.name AS rule, w.name AS watch, p.upstream_id AS product, a.slot_at AS slotAt
      FROM notification_alerts l JOIN alerts a ON a.id = l.alert_id JOIN rules ru ON ru.id = a.rule_id JOIN watches w ON w.id = a.watch_id JOIN products p ON p.id = a.product_id
      WHERE l.notification_id = ?`,
      )
      .all(id) as { event: string; rule: string; watch: string; product: string; slotAt: number }[];
    // The message itself must agree with the rows beside it: what it does not list it counts.
    for (const { rule, fired, reminders, resolved } of data.summary) {
      const count = (event: string) =>
        told.filter((one) => one.rule === rule && one.event === event).length;
      expect({ fired, reminders, resolved }).toEqual({
        fired: count('fired'),
        reminders: count('reminder'),
        resolved: count('resolved'),
      });
      expect(
        data.alerts.filter((alert) => alert.rule === rule && alert.event !== 'resolved'),
      ).toHaveLength(Math.min(LISTED, fired + reminders));
    }
    expect(data.alerts.filter(({ event }) => event === 'resolved')).toHaveLength(
      Math.min(ENDS, told.filter(({ event }) => event === 'resolved').length),
    );
    expect(data.alerts.length + data.truncated).toBe(told.length);
    return {
      channel,
      isStorm: data.storm,
      events: told.map(({ event, ...alert }) => eventKey(event, alert)).sort(),
    };
  });
  // Ends without room come in further messages of the channel: what it is told is all of them.
  const byChannel = new Map<string, ReturnType<typeof messageKey>>();
  for (const message of messages) {
    const first = byChannel.get(message.channel);
    const events = [...(first?.events ?? []), ...message.events].sort();
    byChannel.set(message.channel, { ...(first ?? message), events });
  }
  return [...byChannel.values()];
}

type Compared = {
  key: string;
  quiet: string | null;
  told: number | null;
  reminded: number | null;
  resolved: number | null;
  reason: string | null;
  change: Row;
  resolvedChange: Row | null;
};
const byKey = (a: Compared, b: Compared): number => (a.key < b.key ? -1 : 1);

const alertRow = (alert: OracleAlert): Compared => ({
  key: eventKey('alert', alert),
  quiet: alert.quiet,
  told: alert.toldSlotAt,
  reminded: alert.remindedSlotAt,
  resolved: alert.resolvedSlotAt,
  reason: alert.resolvedReason,
  change: alert.change,
  resolvedChange: alert.resolvedChange,
});

function engineAlerts({ db }: World): Compared[] {
  const rows = db.raw
    .prepare(
      `SELECT ru.name AS rule, w.name AS watch, p.upstream_id AS product, a.slot_at AS slotAt, a.quiet, a.told_slot_at AS told, a.reminded_slot_at AS reminded,
      a.resolved_slot_at AS resolved, a.resolved_reason AS reason, a.evidence AS change, a.resolved_evidence AS resolvedChange
    FROM alerts a JOIN rules ru ON ru.id = a.rule_id JOIN watches w ON w.id = a.watch_id JOIN products p ON p.id = a.product_id`,
    )
    .all() as (Pick<OracleAlert, 'rule' | 'watch' | 'product' | 'slotAt'> &
    Omit<Compared, 'key' | 'change' | 'resolvedChange'> & {
      change: string;
      resolvedChange: string | null;
    })[];
  return rows.map(({ rule, watch, product, slotAt, change, resolvedChange, ...rest }) => ({
    key: eventKey('alert', { rule, watch, product, slotAt }),
    ...rest,
    change: rowOf(changeText(db.raw, change) ?? '{}'),
    resolvedChange:
      resolvedChange === null ? null : rowOf(changeText(db.raw, resolvedChange) ?? '{}'),
  }));
}

/** `key column: engine, oracle` for every value the two disagree on. */
function differences(engine: Compared, oracle: Compared): string[] {
  const of = (name: string, a: Row | null, b: Row | null) =>
    [...new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})])]
      .filter((column) => a?.[column] !== b?.[column])
      .map((column) => `${engine.key} ${name}.${column}: ${a?.[column]}, ${b?.[column]}`);
  return [
    ...of('change', engine.change, oracle.change),
    ...of('resolved', engine.resolvedChange, oracle.resolvedChange),
  ];
}

/** JSON knows -0; the oracle does not. */
const rowOf = (json: string): Row =>
  Object.fromEntries(
    Object.entries(JSON.parse(json) as Row).map(([name, value]) => [
      name,
      typeof value === 'number' ? value + 0 : value,
    ]),
  );
