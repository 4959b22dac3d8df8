import { MINUTE_MS } from '../../lib/clock.ts';
import { everyProblem, httpUrlProblem } from '../formats.ts';
import { secret } from '../secret-mark.ts';
import { durationText, file, flagOr, oneRequired, section, text } from './values.ts';

/** Keys of `heartbeat`. */
export const heartbeat = section({
  url: secret(
    text(httpUrlProblem)
      .optional()
      .describe(
        "What to call: a dead man's switch, such as Healthchecks or a push monitor of Uptime Kuma. This or url_file is required; a secret.",
      ),
    { checkFile: httpUrlProblem, isRequired: true, standIn: 'https://spared.invalid/' },
  ),
  url_file: file().optional().describe('File that holds the URL.'),
  every: durationText(everyProblem(MINUTE_MS / 2))
    .default('5m')
    .describe('How often, besides after each pass; at least 30s.'),
  allow_private: flagOr(false).describe('Allow loopback, private and link-local addresses.'),
}).meta({ oneOf: oneRequired('url', 'url_file') });
