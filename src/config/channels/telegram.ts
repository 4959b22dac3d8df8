import * as z from 'zod';
import type { Secret } from '../../lib/secret.ts';
import { baseUrlProblem, type Check } from '../formats.ts';
import {
  file,
  flagOr,
  must,
  oneRequired,
  readNumber,
  section,
  text,
  whole,
} from '../sections/values.ts';
import { secret } from '../secret-mark.ts';
import { channelConfig, requiredSecret } from './channel-config.ts';

export type TelegramChannel = {
  kind: 'telegram';
  name: string;
  /** The token of the bot. It is part of the address of every request. */
  token: Secret;
  /** A number, negative for groups, or `@name` of a public channel. */
  chatId: string;
  /** A topic of a group that has topics. */
  threadId: number | null;
  /** Without a trailing slash. */
  baseUrl: string;
  /** Loopback, private and link-local addresses are refused unless this is true. */
  allowPrivate: boolean;
};

const botTokenProblem: Check = (value) =>
  /^\d{1,20}:[-\w]{20,100}$/.test(value)
    ? null
    : 'must be the token of a bot, as @BotFather gives it: digits, a colon, and letters';

const chatIdProblem: Check = (value) =>
  /^(-?\d{1,20}|@[A-Za-z]\w{3,31})$/.test(value)
    ? null
    : 'must be the number of a chat, or @ and the name of a public channel';

const serverProblem: Check = (value) =>
  baseUrlProblem(value)?.replace(' instead', '').replace('into token', 'in token') ?? null;

/** YAML reads a chat's number as a number, and one beyond 2^53 as a different number. */
const inQuotes = must('must be text; put it in quotes');

/** Messages of a Telegram bot to one chat. */
export const telegram = channelConfig({
  keys: section({
    type: z.literal('telegram').describe('Messages by a Telegram bot.'),
    token: secret(
      text(botTokenProblem)
        .optional()
        .describe('Token of the bot, from @BotFather. This or token_file is required.'),
      {
        checkFile: botTokenProblem,
        isRequired: true,
        standIn: '1:spared-spared-spared-spared',
      },
    ),
    token_file: file().optional().describe('File that holds the token.'),
    chat_id: z
      .union(
        [
          text(chatIdProblem).meta({ pattern: String.raw`^(-?\d{1,20}|@[A-Za-z]\w{3,31})$` }),
          z.int(inQuotes).transform(String),
        ],
        must('must be the number of a chat, or @ and the name of a public channel'),
      )
      .describe('Chat to write to: its number, negative for groups, or @ and its public name.')
      .meta({ examples: ['-1001234567890', '@my_channel'] }),
    message_thread_id: z
      .preprocess(readNumber, whole(1, 2_147_483_647).nullable().default(null))
      .describe('Topic of the group to write to; null: none.'),
    base_url: text(serverProblem)
      .default('https://api.telegram.org')
      .describe('Address of the Bot API, for a server of your own.')
      .meta({ format: 'uri' }),
    allow_private: flagOr(false).describe('Allow loopback, private and link-local addresses.'),
  }).meta({ oneOf: oneRequired('token', 'token_file') }),
  build: (name, keys, files): TelegramChannel => ({
    kind: 'telegram',
    name,
    token: requiredSecret('token', keys.token, files),
    chatId: keys.chat_id,
    threadId: keys.message_thread_id,
    baseUrl: keys.base_url.replace(/\/+$/, ''),
    allowPrivate: keys.allow_private,
  }),
  recipients: () => [''],
});
