import * as z from 'zod';
import { makeSecret, type Secret } from '../../lib/secret.ts';
import { baseUrlProblem, httpUrlProblem, tokenProblem, type Check } from '../formats.ts';
import { file, flagOr, oneRequired, section, text } from '../sections/values.ts';
import { secret } from '../secret-mark.ts';
import { channelConfig, requiredSecret } from './channel-config.ts';

export type NtfyChannel = {
  kind: 'ntfy';
  name: string;
  /** Without a trailing slash. */
  server: string;
  /** Whoever knows it can read and post: on a server without accounts it is the password. */
  topic: Secret;
  token: Secret | null;
  /** Opened by a tap on the notification. */
  click: string | null;
  /** Loopback, private and link-local addresses are refused unless this is true. */
  allowPrivate: boolean;
};

const topicProblem: Check = (value) =>
  /^[-\w]{1,64}$/.test(value) ? null : 'must be a topic of letters, digits, - and _, at most 64';

const serverProblem: Check = (value) =>
  baseUrlProblem(value)?.replace('the token belongs into token', 'give a token') ?? null;

/** Push notifications by ntfy, of ntfy.sh or a server of one's own. */
export const ntfy = channelConfig({
  keys: section({
    type: z.literal('ntfy').describe('Push notifications by ntfy.'),
    server: text(serverProblem)
      .default('https://ntfy.sh')
      .describe('Address of the ntfy server.')
      .meta({ format: 'uri' }),
    topic: secret(
      text(topicProblem)
        .optional()
        .describe(
          'Topic to publish to. This or topic_file is required; a secret, since whoever knows it can read along.',
        ),
      { checkFile: topicProblem, isRequired: true, standIn: 'spared' },
    ),
    topic_file: file().optional().describe('File that holds the topic.'),
    token: secret(
      text(tokenProblem).optional().describe('Access token, for topics that are protected.'),
      { checkFile: tokenProblem },
    ),
    token_file: file().optional().describe('File that holds the access token.'),
    click: text(httpUrlProblem)
      .nullable()
      .default(null)
      .describe('Address that a tap on the notification opens; null: the app.'),
    allow_private: flagOr(false).describe('Allow loopback, private and link-local addresses.'),
  }).meta({ oneOf: oneRequired('topic', 'topic_file') }),
  build(name, keys, files): NtfyChannel {
    const token = keys.token ?? files.find('token');
    return {
      kind: 'ntfy',
      name,
      server: keys.server.replace(/\/+$/, ''),
      topic: requiredSecret('topic', keys.topic, files),
      token: token === undefined ? null : makeSecret(token),
      click: keys.click,
      allowPrivate: keys.allow_private,
    };
  },
  recipients: () => [''],
});
