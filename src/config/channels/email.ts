import * as z from 'zod';
import { must, section, text } from '../sections/values.ts';
import { mailAddressProblem } from '../mail-address.ts';
import { isMapping, valueAt } from '../raw.ts';
import { repeated } from '../repeated.ts';
import { channelConfig } from './channel-config.ts';

export type EmailChannel = { kind: 'email'; name: string; to: readonly string[] };

/** Mail, through the server of the `smtp` section. */
export const email = channelConfig({
  keys: section({
    type: z.literal('email').describe('Messages by e-mail; needs smtp.'),
    to: z
      .array(
        text(mailAddressProblem).meta({ format: 'email' }),
        must('must be a list of addresses'),
      )
      .min(1, must('must hold at least one address'))
      .describe('Addresses; each gets a mail of its own.'),
  }),
  check: (thing, path, raw) => [
    ...repeated(thing.to, [...path, 'to'], (address) => address.toLowerCase()),
    ...(isMapping(valueAt(raw, ['smtp']))
      ? []
      : [{ path: [...path, 'type'], text: 'needs an smtp section' }]),
  ],
  build: (name, { to }): EmailChannel => ({ kind: 'email', name, to }),
  recipients: ({ to }) => to,
});
