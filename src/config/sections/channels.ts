import * as z from 'zod';
import {
  headerValueProblem,
  httpUrlProblem,
  smtpUrlProblem,
  webhookSecretProblem,
} from '../formats.ts';
import { mailAddressProblem, mailboxProblem } from '../mail-address.ts';
import { must, text, flagOr, oneOf, file, section, orEmpty, oneRequired } from './values.ts';

/** Keys of `smtp`. */
export const smtp = section({
  url: text(smtpUrlProblem).describe(
    'Mail server: smtp://user:password@host:port, or smtps:// for TLS from the start.',
  ),
  password: text()
    .optional()
    .describe(
      'Password of the mail server, instead of one in url; special characters as they are.',
    ),
  password_file: file().optional().describe('File that holds the password.'),
  from: text(mailboxProblem)
    .describe('Sender: an address, or a name and an address.')
    .meta({ examples: ['Tidemark <alerts@example.com>'] }),
});

/** Keys of a channel that sends mail. */
export const emailChannel = section({
  type: z.literal('email').describe('Messages by e-mail; needs smtp.'),
  to: z
    .array(text(mailAddressProblem).meta({ format: 'email' }), must('must be a list of addresses'))
    .min(1, must('must hold at least one address'))
    .describe('Addresses; each gets a mail of its own.'),
});

/** Keys of a channel that posts to an address. */
export const webhookChannel = section({
  type: z.literal('webhook').describe('Messages by HTTP POST.'),
  url: text(httpUrlProblem)
    .optional()
    .describe(
      'Where to post. This or url_file is required; a secret, since whoever knows it can post.',
    ),
  url_file: file().optional().describe('File that holds the URL.'),
  format: oneOf('standard', 'slack', 'discord', 'teams')
    .default('standard')
    .describe('standard is Standard Webhooks JSON; the others are what these chats accept.'),
  secret: z
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
    ),
  secret_file: file()
    .optional()
    .describe('File that holds the secret; several stand on a line each.'),
  headers: orEmpty(
    z.record(
      z.string(),
      text(headerValueProblem),
      must('must be a mapping of header names to text'),
    ),
  ).describe('Headers to send along, such as an Authorization; the values are secrets.'),
  allow_private: flagOr(false).describe('Allow loopback, private and link-local addresses.'),
}).meta({ oneOf: oneRequired('url', 'url_file') });
