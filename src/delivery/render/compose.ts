// Message → letter: one composer per kind of message.
import type { Message } from '../../message/message.ts';
import { withCommands } from '../../words/as-called.ts';
import { digestLetter } from '../digest/chat-letter.ts';
import { alertsLetter } from './alerts-letter.ts';
import type { Letter, LetterContext } from './letter.ts';
import { testLetter } from './test-letter.ts';
import { troubleLetter } from './trouble-letter.ts';

/**
 * The member of the union that can have this type. `Extract` would miss members with several types.
 */
type MessageOf<Type, Member = Message> = Member extends { type: infer Types }
  ? Type extends Types
    ? Member
    : never
  : never;

const COMPOSERS: {
  [Type in Message['type']]: (message: MessageOf<Type>, context: LetterContext) => Letter;
} = {
  'alerts.fired': alertsLetter,
  'alerts.resolved': alertsLetter,
  'source.trouble': troubleLetter,
  'rule.trouble': troubleLetter,
  'backup.trouble': troubleLetter,
  'lake.trouble': troubleLetter,
  'channel.trouble': troubleLetter,
  'channel.test': testLetter,
  'digest.ready': digestLetter,
};

/** Any message as a letter: what every form of it starts from. */
export function composeLetter(message: Message, context: LetterContext): Letter {
  const compose = COMPOSERS[message.type] as (message: Message, context: LetterContext) => Letter;
  return withCommands(context.called, compose(message, context));
}
