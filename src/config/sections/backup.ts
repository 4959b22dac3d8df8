import { backupTargetProblem, filledProblem, httpUrlProblem } from '../formats.ts';
import { oneLine, secret } from '../secret-mark.ts';
import { duration, file, schedule, section, text, timezone } from './values.ts';

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
  endpoint: text(httpUrlProblem)
    .nullable()
    .default(null)
    .describe('For s3:// elsewhere than at AWS: the address of the server.')
    .meta({ examples: ['https://s3.example.com'] }),
  region: text().default('us-east-1').describe('For s3://: its region.'),
  access_key_id: text().nullable().default(null).describe('For s3://: the name of the key.'),
  secret_access_key: secret(
    text()
      .optional()
      .describe('For s3://: the key itself. It or secret_access_key_file is required.'),
    { checkFile: oneLine(filledProblem), standIn: 'spared' },
  ),
  secret_access_key_file: file().optional().describe('File that holds the key.'),
});
