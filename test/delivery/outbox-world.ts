// A real database in memory, a clock that jumps over pauses, and whatever channels a test wants.
import type { NtfyChannel } from '../../src/config/channels/ntfy.ts';
import type { TelegramChannel } from '../../src/config/channels/telegram.ts';
import type { Channel } from '../../src/config/channels/kinds.ts';
import type { EmailChannel } from '../../src/config/channels/email.ts';
import type { WebhookChannel } from '../../src/config/channels/webhook.ts';
import type { SmtpConfig } from '../../src/config/config.ts';
import { enqueue } from '../../src/delivery/enqueue.ts';
import {
  deliverDue,
  type DeliveryDeps,
  type DeliverySummary,
} from '../../src/delivery/dispatch.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import type { AlertFact } from '../../src/message/alerts.ts';
import type { Message } from '../../src/message/message.ts';
import { openDatabase, type Db } from '../../src/store/file/open.ts';
import { manualClock, type ManualClock } from '../support/manual-clock.ts';
import { alertsMessage } from './sample-messages.ts';

export const T0 = Date.parse('2026-11-23T11:00:41.120Z');

export const makeHook = (url: string, overrides: Partial<WebhookChannel> = {}): WebhookChannel => ({
  kind: 'webhook',
  name: 'hook',
  url: makeSecret(url),
  format: 'standard',
  secrets: [],
  headers: {},
  allowPrivate: true,
  ...overrides,
});

export const makeMail = (overrides: Partial<EmailChannel> = {}): EmailChannel => ({
  kind: 'email',
  name: 'mail',
  to: ['ana@example.com'],
  ...overrides,
});

export const makeNtfy = (server: string, overrides: Partial<NtfyChannel> = {}): NtfyChannel => ({
  kind: 'ntfy',
  name: 'phone',
  server,
  topic: makeSecret('our-secret-topic'),
  token: null,
  click: null,
  allowPrivate: true,
  ...overrides,
});

export const BOT_TOKEN = '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';

export const makeTelegram = (
  baseUrl: string,
  overrides: Partial<TelegramChannel> = {},
): TelegramChannel => ({
  kind: 'telegram',
  name: 'telegram',
  token: makeSecret(BOT_TOKEN),
  chatId: '-1001234567890',
  threadId: null,
  baseUrl,
  allowPrivate: true,
  ...overrides,
});

export const makeSmtp = (url: string): SmtpConfig => ({
  url: makeSecret(url),
  from: 'Tidemark <alerts@example.com>',
  fromAddress: 'alerts@example.com',
});

export type LogLine = { level: 'info' | 'warn' | 'error'; message: string } & Record<
  string,
  unknown
>;

export type OutboxWorld = {
  db: Db;
  clock: ManualClock;
  deps: DeliveryDeps;
  logged: LogLine[];
  /** Puts a message into the outbox of a channel; `alerts` are ids, made when they do not exist. */
  put(
    channel: Channel,
    options?: {
      key?: string;
      message?: Message;
      alerts?: readonly { alertId: number; event: AlertFact['event'] }[];
      expiresAt?: number;
    },
  ): number;
  deliver(): Promise<DeliverySummary>;
  /** Deliveries in the order they were made. */
  rows(): {
    id: number;
    state: string;
    reason: string | null;
    attempts: number;
    next_attempt_at: number;
    message_id: string;
    recipient: string;
    channel: string;
    lease_owner: string | null;
  }[];
  attempts(): {
    delivery_id: number;
    number: number;
    started_at: number;
    ended_at: number | null;
    outcome: string | null;
    status_code: number | null;
    reason: string | null;
    excerpt: string | null;
  }[];
  close(): void;
};

export function makeOutbox(
  channels: readonly Channel[],
  options: {
    smtp?: SmtpConfig | null;
    timeoutMs?: number;
    random?: () => number;
    path?: string;
  } = {},
): OutboxWorld {
  const db = openDatabase(options.path ?? ':memory:');
  const clock = manualClock(T0, { auto: true });
  const logged: LogLine[] = [];
  const logTo = (level: LogLine['level']) => (fields: object, message: string) =>
    void logged.push({ ...fields, level, message });
  const deps: DeliveryDeps = {
    db,
    channels,
    smtp: options.smtp ?? null,
    timezone: 'UTC',
    clock,
    random: options.random ?? (() => 0.5),
    timeoutMs: options.timeoutMs ?? 5_000,
    log: { info: logTo('info'), warn: logTo('warn'), error: logTo('error') },
  };
  let keys = 0;
  return {
    db,
    clock,
    deps,
    logged,
    put: (
      channel,
      { key = `key-${keys++}`, message = alertsMessage(), alerts = [], expiresAt } = {},
    ) => {
      const id = db.transaction(() => {
        for (const { alertId } of alerts) insertAlert(db, alertId);
        return enqueue(db, {
          key,
          channel,
          message,
          alerts,
          now: clock.now(),
          ...(expiresAt === undefined ? {} : { expiresAt }),
        });
      });
      if (id === null) throw new Error(`${key} is known already`);
      return id;
    },
    deliver: () => deliverDue(deps),
    rows: () =>
      db.raw.prepare('SELECT * FROM deliveries ORDER BY id').all() as ReturnType<
        OutboxWorld['rows']
      >,
    attempts: () =>
      db.raw.prepare('SELECT * FROM attempts ORDER BY id').all() as ReturnType<
        OutboxWorld['attempts']
      >,
    close: () => db.close(),
  };
}

/** An alert with all the rows it hangs on, none of which matter here. */
function insertAlert(db: Db, id: number): void {
  db.raw.exec(`
    INSERT OR IGNORE INTO watches (id, name, schedule, timezone, scheduled_from_at, created_at) VALUES (1, 'us-daily', '0 6 * * *', 'UTC', 0, 0);
    INSERT OR IGNORE INTO series (id, watch_id, source, region, time_scope, depth, query_key, created_at) VALUES (1, 1, 's', 'US', 1, 500, '{}', 0);
    INSERT OR IGNORE INTO snapshots (id, watch_id, series_id, slot_at, taken_at, status, origin, "rows", interval_ms) VALUES (1, 1, 1, 0, 0, 'complete', 'schedule', 1, 86400000);
    INSERT OR IGNORE INTO rules (id, name, revision, semantic_hash, definition, updated_at) VALUES (1, 'breakout', 1, 'h', '{}', 0);
    INSERT OR IGNORE INTO products (id, upstream_id, name, updated_at) VALUES (${id}, 'p${id}', 'Product ${id}', 0);
    INSERT OR IGNORE INTO alerts (id, rule_id, rule_revision, severity, watch_id, series_id, product_id, snapshot_id, slot_at, fired_at, told_slot_at, evidence)
      VALUES (${id}, 1, 1, 'info', 1, 1, ${id}, 1, 0, 0, 0, '{}');
  `);
}

/** Whether a port is free is not ours to say: this one was. */
export const UNUSED_URL = 'http://127.0.0.1:9';
