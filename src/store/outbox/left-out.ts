// What a message must leave out for one recipient: nobody hears of an end without the beginning,
// nor of a beginning after its end.
import type { AlertFact } from '../../message/alerts.ts';
import type { Db } from '../file/open.ts';

/** One of the things a message tells of, which its recipient is not to hear. */
export type LeftOut = { alertId: number; event: AlertFact['event']; rule: string };

/**
 * What a delivery must leave out:
 * - the resolves whose firings never reached the same recipient. A firing that is still on its way
 * does not matter here, since it is claimed first.
 * - the firings and reminders of alerts whose end was told already: such a delivery was given up
 * once, and put back by hand.
 */
export const listLeftOut = (db: Db, deliveryId: number): LeftOut[] =>
  db
    .statement(
      `
    SELECT mine.alert_id AS alertId, mine.event, r.name AS rule
    FROM deliveries self
      JOIN notification_alerts mine ON mine.notification_id = self.notification_id
      JOIN alerts a ON a.id = mine.alert_id JOIN rules r ON r.id = a.rule_id
    WHERE self.id = ? AND (mine.event = 'resolved') <> EXISTS (
      SELECT 1 FROM notification_alerts told
        JOIN deliveries d ON d.notification_id = told.notification_id
          AND d.channel = self.channel AND d.recipient = self.recipient
      WHERE told.alert_id = mine.alert_id AND d.state = 'delivered'
        AND (told.event <> 'resolved') = (mine.event = 'resolved'))
  `,
    )
    .all(deliveryId) as LeftOut[];

/** Was a channel told of an alert's firing? Its reminders and its end go only there. */
export const wasFiringTold = (db: Db, alertId: number, channel: string): boolean =>
  db
    .statement(
      `SELECT 1 FROM notification_alerts l JOIN notifications n ON n.id = l.notification_id
      WHERE l.alert_id = ? AND n.channel = ? AND l.event = 'fired'`,
    )
    .get(alertId, channel) !== undefined;
