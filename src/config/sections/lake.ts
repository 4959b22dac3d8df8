import * as z from 'zod';
import { LAKE_VIEWS } from '../config.ts';
import { backupTargetProblem } from '../formats.ts';
import { s3Keys } from './s3-keys.ts';
import { duration, flagOr, must, oneOf, schedule, section, text, timezone } from './values.ts';

/** Keys of `lake`. */
export const lake = section({
  to: text(backupTargetProblem)
    .describe('A folder, relative to this file, or s3://bucket/prefix.')
    .meta({ examples: ['./lake', 's3://my-bucket/lake'] }),
  schedule: schedule()
    .nullable()
    .default(null)
    .describe(
      'When the daemon brings it up to date: a cron expression of five fields, in timezone. null: only `tidemark lake sync` does.',
    ),
  timezone: timezone().optional().describe("Time zone of schedule. Default: the file's timezone."),
  views: z
    .array(oneOf(...LAKE_VIEWS), must('must be a list of tables'))
    .min(1, must('must name at least one'))
    .default([...LAKE_VIEWS])
    .describe('Which tables it has.'),
  keep: duration()
    .default('7d')
    .describe('How long files that were replaced stay, for readers under way.'),
  ...s3Keys,
  allow_private: flagOr(false).describe(
    'Allow a store at a loopback, private or link-local address.',
  ),
});
