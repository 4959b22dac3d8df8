import { filledProblem, httpUrlProblem } from '../formats.ts';
import { oneLine, secret } from '../secret-mark.ts';
import { file, text } from './values.ts';

/** Keys that open an S3-compatible store, as every section that may name one has them. */
export const s3Keys = {
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
};
