import { backupTargetProblem } from '../formats.ts';
import { s3Keys } from './s3-keys.ts';
import { duration, schedule, section, text, timezone } from './values.ts';

/** Keys of `backup`. */
export const backup = section({
  schedule: schedule().describe('When to make one: a cron expression of five fields, in timezone.'),
  timezone: timezone().optional().describe("Time zone of schedule. Default: the file's timezone."),
  to: text(backupTargetProblem)
    .describe('A folder, relative to this file, or s3://bucket/prefix.')
    .meta({ examples: ['./backups', 's3://my-bucket/tidemark'] }),
  keep: duration()
    .default('30d')
    .describe('How long each is kept there; the newest one stays in any case.'),
  ...s3Keys,
});
