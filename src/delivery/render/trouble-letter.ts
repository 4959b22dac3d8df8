import type { TroubleMessage } from '../../message/trouble.ts';
import { cleanText, isolated, shortened, truncate } from '../../lib/text.ts';
import type { Letter, LetterContext } from './letter.ts';
import { commandText } from '../../words/shell-text.ts';
import { subjectLine } from './subject.ts';
import { writerOf } from '../../words/writer.ts';

const WHAT = {
  'source.trouble': 'source',
  'rule.trouble': 'rule',
  'channel.trouble': 'channel',
  'backup.trouble': 'backup',
  'lake.trouble': 'lake',
};

/**
 * Longer than what any format shows. The text is cut here, so that nothing slow is done with 30 kB
 * of it.
 */
const MAX_TEXT = 2_000;

/**
 * Troubles that leave the rest of the channel at work. For these it would say too much that the
 * channel has trouble, or works again.
 */
const OF_A_PART: Record<string, { trouble: string; recovered: string }> = {
  recipient_suppressed: {
    trouble: 'no more mail to a recipient that the server refuses',
    recovered: 'mail gets through to a recipient again',
  },
  recipient_unsubscribed: {
    trouble: 'a recipient has unsubscribed',
    recovered: 'a recipient gets mail again',
  },
};

function stateText(what: string, { kind, state }: TroubleMessage['data']): string {
  const part = OF_A_PART[kind];
  if (part !== undefined) return part[state];
  if (state === 'recovered') return `the ${what} works again`;
  return `trouble with the ${what}: ${kind.replaceAll('_', ' ')}`;
}

/** The source, a rule or a channel does not work, or works again. */
export function troubleLetter({ type, data }: TroubleMessage, context: LetterContext): Letter {
  const writer = writerOf(context);
  const state = stateText(WHAT[type], data);
  const since = data.state === 'trouble' ? 'Since' : 'It had trouble since';
  return {
    subject: subjectLine(cleanText(`${data.subject}: ${state}`)),
    title: truncate(cleanText(`${data.subject}: ${state}`), 120),
    intro: [
      isolated(shortened(writer.told(cleanText(data.text)), MAX_TEXT)),
      `${since} ${writer.instant(data.since)}.`,
    ],
    sections: [],
    more: { count: 0, command: commandText(['status']) },
    footer: [
      {
        text: `You get this because the channel "${context.channel}" is told when Tidemark has trouble.`,
        command: null,
      },
      { text: 'See how everything is:', command: commandText(['status']) },
    ],
    thread: `${data.subject}/${type}`,
  };
}
