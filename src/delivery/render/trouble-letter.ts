import type { TroubleMessage } from '../../message/trouble.ts';
import { cleanText, isolated, truncate } from '../../lib/text.ts';
import type { Letter, LetterContext } from './letter.ts';
import { commandText } from '../../words/shell-text.ts';
import { subjectLine } from './subject.ts';
import { writerOf } from '../../words/writer.ts';

const WHAT = { 'source.trouble': 'source', 'rule.trouble': 'rule', 'channel.trouble': 'channel' };

/** The source, a rule or a channel does not work, or works again. */
export function troubleLetter({ type, data }: TroubleMessage, context: LetterContext): Letter {
  const what = WHAT[type];
  const state =
    data.state === 'trouble'
      ? `trouble with the ${what}: ${data.kind.replaceAll('_', ' ')}`
      : `the ${what} works again`;
  const since = data.state === 'trouble' ? 'Since' : 'It had trouble since';
  return {
    subject: subjectLine(cleanText(`${data.subject}: ${state}`)),
    title: truncate(cleanText(`${data.subject}: ${state}`), 120),
    intro: [
      isolated(truncate(cleanText(data.text), 1_000)),
      `${since} ${writerOf(context).instant(data.since)}.`,
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
