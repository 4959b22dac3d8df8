import * as z from 'zod';
import { makeSecret, type Secret } from '../../lib/secret.ts';
import {
  headerNameProblem,
  headerValueProblem,
  httpUrlProblem,
  webhookSecretProblem,
} from '../formats.ts';
import {
  file,
  flagOr,
  must,
  oneOf,
  oneRequired,
  orEmpty,
  section,
  text,
} from '../sections/values.ts';
import type { Path, Problem } from '../problem.ts';
import { isMapping, type Mapping } from '../raw.ts';
import { repeated } from '../repeated.ts';
import { everyLine, linesOf, secret } from '../secret-mark.ts';
import { channelConfig, requiredSecret } from './channel-config.ts';

export type WebhookFormat = 'standard' | 'slack' | 'discord' | 'teams';
export type WebhookChannel = {
  kind: 'webhook';
  name: string;
  url: Secret;
  format: WebhookFormat;
  /** `whsec_…`; several sign with each, for rotation. Empty: unsigned. */
  secrets: readonly Secret[];
  /** Header names in lower case; the values may hold tokens. */
  headers: Readonly<Record<string, Secret>>;
  /** Loopback, private and link-local addresses are refused unless this is true. */
  allowPrivate: boolean;
};

const signingSecret = z
  .union(
    [
      text(webhookSecretProblem),
      z.array(text(webhookSecretProblem)).min(1, must('must hold at least one secret')),
    ],
    must('must be a secret, or a list of them'),
  )
  .optional()
  .describe(
    'Signing secret: whsec_ and the base64 of 24 to 64 bytes. A list signs with each, for rotation.',
  );

const headers = orEmpty(
  z.record(z.string(), text(headerValueProblem), must('must be a mapping of header names to text')),
).describe('Headers to send along, such as an Authorization; the values are secrets.');

/** An HTTP POST for a program, or for a chat that takes them. */
export const webhook = channelConfig({
  keys: section({
    type: z.literal('webhook').describe('Messages by HTTP POST.'),
    url: secret(
      text(httpUrlProblem)
        .optional()
        .describe(
          'Where to post. This or url_file is required; a secret, since whoever knows it can post.',
        ),
      { checkFile: httpUrlProblem, isRequired: true, standIn: 'https://spared.invalid/' },
    ),
    url_file: file().optional().describe('File that holds the URL.'),
    format: oneOf('standard', 'slack', 'discord', 'teams')
      .default('standard')
      .describe('standard is Standard Webhooks JSON; the others are what these chats accept.'),
    secret: secret(signingSecret, { checkFile: everyLine(webhookSecretProblem) }),
    secret_file: file()
      .optional()
      .describe('File that holds the secret; several stand on a line each.'),
    headers: secret(headers),
    allow_private: flagOr(false).describe('Allow loopback, private and link-local addresses.'),
  }).meta({ oneOf: oneRequired('url', 'url_file') }),
  check: (thing, path) => [
    ...repeated(thing.secret, [...path, 'secret']),
    ...(isMapping(thing.headers) ? headerProblems(thing.headers, [...path, 'headers']) : []),
  ],
  build(name, keys, files): WebhookChannel {
    const secretFile = files.find('secret');
    const secrets = secretFile === undefined ? [keys.secret ?? []].flat() : linesOf(secretFile);
    return {
      kind: 'webhook',
      name,
      url: requiredSecret('url', keys.url, files),
      format: keys.format,
      secrets: secrets.map(makeSecret),
      headers: Object.fromEntries(
        Object.entries(keys.headers).map(([header, value]): [string, Secret] => [
          header.toLowerCase(),
          makeSecret(value),
        ]),
      ),
      allowPrivate: keys.allow_private,
    };
  },
  recipients: () => [''],
  isForPrograms: ({ format }) => format === 'standard',
});

function headerProblems(given: Mapping, path: Path): Problem[] {
  const names = Object.keys(given);
  return names.flatMap((name, i) => {
    const isRepeated = names
      .slice(0, i)
      .some((earlier) => earlier.toLowerCase() === name.toLowerCase());
    const problem =
      headerNameProblem(name) ??
      (isRepeated ? 'is there twice; header names know no upper and lower case' : null);
    return problem === null ? [] : [{ path: [...path, name], text: problem, isAboutKey: true }];
  });
}
