import { durationProblem } from '../formats.ts';
import {
  text,
  wholeOr,
  flagOr,
  oneOf,
  duration,
  compare,
  section,
  names,
  someNames,
} from './values.ts';

/** Keys of a rule. */
export const rule = section({
  description: text()
    .nullable()
    .default(null)
    .describe('What the rule is for, as messages show it.'),
  watches: someNames('watches')
    .nullable()
    .default(null)
    .describe('Watches it looks at; null for all.'),
  when: text()
    .describe('SQL condition over one change row.')
    .meta({ examples: ['rank_gain >= 20 and rank <= 100', "status = 'new' and rank <= 50"] }),
  compare: compare()
    .default('previous')
    .describe('Baseline: previous, or the snapshot nearest to so many hours or days ago.'),
  clear: text()
    .nullable()
    .default(null)
    .describe('SQL condition that resolves an alert; null: as soon as when is false.')
    .meta({ examples: ['rank > 120'] }),
  for: wholeOr(1, 1_000, 1).describe('Slots in a row that must be true before it fires.'),
  clear_for: wholeOr(1, 1_000, 1).describe('Slots in a row before it resolves.'),
  cooldown: duration()
    .nullable()
    .default(null)
    .describe('After firing, stay quiet for this product for so long; null: not at all.'),
  repeat: text((value) =>
    value === 'never'
      ? null
      : (durationProblem()(value)?.replace('must be a duration', 'must be never, or a duration') ??
        null),
  )
    .default('never')
    .describe('Remind after so long while it still fires, or never.')
    .meta({ examples: ['never', '7d'] }),
  resolved: flagOr(false).describe('Also tell when it resolves.'),
  on_first: oneOf('adopt', 'notify')
    .default('adopt')
    .describe(
      'What the very first evaluation does with what is already true: adopt it silently, or notify.',
    ),
  max_gap: duration()
    .nullable()
    .default(null)
    .describe('How old a previous baseline may be; null: 3 intervals of the schedule.'),
  severity: oneOf('info', 'warning', 'critical').default('info').describe('How urgent it is.'),
  notify: names('channels').default([]).describe('Channels to tell.'),
});
