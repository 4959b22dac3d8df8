import { ledgerProblem, messagesProblem } from '../formats.ts';
import { duration, oneOf, durationText, section } from './values.ts';

/** Keys of `retention`. */
export const retention = section({
  raw_pages: duration()
    .nullable()
    .default('30d')
    .describe('How long the pages as served are kept; null: for ever.'),
  observations: section({
    all: duration().describe('How long every snapshot is kept.'),
    then: oneOf('weekly', 'lake')
      .default('weekly')
      .describe(
        'After that: weekly, and one snapshot a week is; or lake, and what the lake holds, verified, is there alone.',
      ),
  })
    .nullable()
    .default(null)
    .describe(
      'Thins old history; snapshots that alerts were decided on stay. null: every snapshot is kept for ever.',
    ),
  messages: durationText(messagesProblem)
    .nullable()
    .default('400d')
    .describe(
      'How long the facts of delivered messages are kept, at least 30d; null: for ever. Alerts, and who was told, stay.',
    ),
  ledger: durationText(ledgerProblem)
    .nullable()
    .default('400d')
    .describe('How long requests stay in the ledger, at least 2d; null: for ever.'),
});
