// Messages to render: realistic by default, with overrides where a test is about something.
import type { AlertFact, AlertsMessage } from '../../src/message/alerts.ts';
import type { TestMessage } from '../../src/message/message.ts';
import type { TroubleMessage } from '../../src/message/trouble.ts';
import type { ChangeValues } from '../../src/model.ts';

export const aChange = (overrides: ChangeValues = {}): ChangeValues => ({
  rank: 12,
  rank_before: 40,
  rank_gain: 28,
  status: 'stayed',
  posts: 11_500,
  posts_before: 9_100,
  posts_delta: 2_400,
  posts_pct: 26.3736,
  ctr: 1.83,
  ctr_before: 1.93,
  ctr_delta: -0.1,
  ctr_pct: -5.1813,
  cost: 48_200,
  cost_before: 40_100,
  cost_delta: 8_100,
  cost_pct: 20.1995,
  rank_best: 9,
  slots_on_list: 41,
  streak: 3,
  ...overrides,
});

export const anAlert = (overrides: Partial<AlertFact> = {}): AlertFact => ({
  id: 97,
  rule: 'breakout',
  description: 'Climbs 20 places into the top 100',
  severity: 'info',
  state: 'firing',
  event: 'fired',
  fired_at: '2026-11-23T11:00:41.120Z',
  slot_at: '2026-11-23T11:00:00.000Z',
  resolved_at: null,
  resolved_slot_at: null,
  product: {
    id: '601583',
    name: 'Perfume',
    category_l1: 'Beauty & Personal Care',
    category_l2: 'Makeup & Perfume',
  },
  change: aChange(),
  baseline_at: '2026-11-22T11:00:00.000Z',
  gap_days: 1,
  when: 'rank_gain >= 20 and rank <= 100',
  clear: null,
  ...overrides,
});

/** The summary is counted from the alerts unless given. */
export function alertsMessage(
  alerts: readonly AlertFact[] = [anAlert()],
  overrides: Partial<AlertsMessage['data']> = {},
): AlertsMessage {
  const rules = [...new Set(alerts.map(({ rule }) => rule))];
  const count = (rule: string, event: AlertFact['event']) =>
    alerts.filter((alert) => alert.rule === rule && alert.event === event).length;
  return {
    type: alerts.every(({ event }) => event === 'resolved') ? 'alerts.resolved' : 'alerts.fired',
    timestamp: '2026-11-23T11:00:41.120Z',
    data: {
      watch: 'us-daily',
      region: 'US',
      time_scope: 1,
      slot_at: '2026-11-23T11:00:00.000Z',
      snapshot: { id: 412, taken_at: '2026-11-23T11:00:02.000Z', status: 'complete' },
      summary: rules.map((rule) => ({
        rule,
        fired: count(rule, 'fired'),
        reminders: count(rule, 'reminder'),
        resolved: count(rule, 'resolved'),
      })),
      alerts: [...alerts],
      truncated: 0,
      storm: false,
      ...overrides,
    },
  };
}

export const troubleMessage = (
  overrides: Partial<TroubleMessage['data']> = {},
): TroubleMessage => ({
  type: 'source.trouble',
  timestamp: '2026-11-23T11:00:41.120Z',
  data: {
    subject: 'us-daily',
    kind: 'unauthorised',
    state: 'trouble',
    since: '2026-11-22T11:00:00.000Z',
    text: 'The source does not accept the token.',
    ...overrides,
  },
});

export const testMessage = (): TestMessage => ({
  type: 'channel.test',
  timestamp: '2026-11-23T11:00:41.120Z',
  data: { channel: 'team-mail', text: 'If you can read this, the channel works.' },
});
