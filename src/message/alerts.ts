// What a message about alerts says. These are the JSON bodies of webhooks, so their keys are
// snake_case.
import type { AboutList } from './about-list.ts';
import type { Severity } from '../config/config.ts';
import type { ChangeValues, SnapshotStatus } from '../model.ts';

export type AlertFact = {
  id: number;
  rule: string;
  description: string | null;
  severity: Severity;
  state: 'firing' | 'resolved';
  /** What this message says of it. */
  event: 'fired' | 'reminder' | 'resolved';
  fired_at: string;
  /** Slot where it fired. */
  slot_at: string;
  /** Of a dated list: the date of the row in `change`. */
  data_date?: string;
  resolved_at: string | null;
  resolved_slot_at: string | null;
  product: { id: string; name: string; category_l1: string | null; category_l2: string | null };
  /** The row it fired on; for a resolve, the row that resolved it. */
  change: ChangeValues;
  baseline_at: string | null;
  gap_days: number | null;
  when: string;
  clear: string | null;
};

export type AlertsMessage = {
  type: 'alerts.fired' | 'alerts.resolved';
  timestamp: string;
  data: AboutList & {
    watch: string;
    /**
     * The date of a dated list; null for a list of now. Messages of earlier versions have none.
     */
    data_date?: string | null;
    slot_at: string;
    snapshot: { id: number; taken_at: string; status: SnapshotStatus };
    /** Counts over all alerts, listed or not. */
    summary: { rule: string; fired: number; reminders: number; resolved: number }[];
    alerts: AlertFact[];
    /** How many more there are than `alerts` lists. */
    truncated: number;
    /** True when so much of the list fired at once that it looks like an event of the source. */
    storm: boolean;
  };
};
