import {
  wholeOr,
  oneOf,
  schedule,
  timezone,
  compare,
  section,
  names,
  someNames,
} from './values.ts';

/** Keys of a digest. */
export const digest = section({
  watches: someNames('watches')
    .nullable()
    .default(null)
    .describe('Watches it covers; null for all.'),
  schedule: schedule().describe('When to send it: a cron expression of five fields, in timezone.'),
  timezone: timezone().optional().describe("Time zone of schedule. Default: the file's timezone."),
  compare: compare()
    .default('7d')
    .describe(
      'What its newest lists are compared with: previous, or the snapshot nearest to so many hours or days before.',
    ),
  top: wholeOr(1, 100, 20).describe('How many products each of its lists shows.'),
  detail: oneOf('short', 'full')
    .default('short')
    .describe(
      'What mails and chats show: short is five rows of each section, the others counted; full is all of top.',
    ),
  when_quiet: oneOf('send', 'skip')
    .default('send')
    .describe(
      'When nothing fired, entered, left or moved by much, and no data is missing: send a short one, or skip it.',
    ),
  notify: names('channels').default([]).describe('Channels to send it to.'),
});
