import type { TestMessage } from '../../message/message.ts';
import { cleanText, truncate } from '../../lib/text.ts';
import type { Letter, LetterContext } from './letter.ts';
import { commandText } from '../../words/shell-text.ts';
import { subjectLine } from './subject.ts';
import { courseCaption } from './lines.ts';
import { writerOf } from '../../words/writer.ts';

/** A climb from #40 to #12, so that a test shows what an alert will look like, with its picture. */
const SAMPLE_RANKS = [48, 44, 46, 41, 43, 40, 38, 40, 36, 31, 33, 27, 22, 17, 12];

/** What `channels test` sends. */
export function testLetter({ timestamp, data }: TestMessage, context: LetterContext): Letter {
  const writer = writerOf(context);
  const [before, now] = [writer.rank(40), writer.rank(12)];
  const [from, to] = [writer.number(9_100), writer.number(11_500)];
  return {
    locale: context.locale,
    subject: subjectLine(`Tidemark: test of the channel ${data.channel}`),
    title: `Test of the channel ${data.channel}`,
    intro: [truncate(cleanText(data.text), 500), `Sent ${writer.instant(timestamp)}.`],
    sections: [
      {
        heading: 'What an alert will look like',
        tone: 'info',
        notes: ['Nothing of this was observed.'],
        entries: [
          {
            title: 'Sample product',
            context: 'Sample category · id sample',
            headline: `${before} → ${now}, up ${writer.number(28)}`,
            direction: 'up',
            facts: [{ label: 'posts', text: `${from} → ${to} (${writer.percentChange(26.4)})` }],
            since: null,
            ranks: SAMPLE_RANKS,
            caption: courseCaption(SAMPLE_RANKS, writer),
          },
        ],
      },
    ],
    more: { count: 0, command: commandText(['status']) },
    footer: [
      {
        text: 'You get this because somebody ran',
        command: commandText(['channels', 'test', data.channel]),
      },
    ],
    thread: `${data.channel}/channel.test`,
  };
}
