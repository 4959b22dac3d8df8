import type { TestMessage } from '../../model.ts';
import { cleanText, truncate } from '../../lib/text.ts';
import type { Letter, LetterContext } from './letter.ts';
import { commandText } from './shell-text.ts';
import { subjectLine } from './subject.ts';
import { timeText } from './time-text.ts';

/** A climb from #40 to #12: so that a test shows what an alert will look like, the picture included. */
const SAMPLE_RANKS = [48, 44, 46, 41, 43, 40, 38, 40, 36, 31, 33, 27, 22, 17, 12];

export const testLetter = ({ timestamp, data }: TestMessage, context: LetterContext): Letter => ({
  subject: subjectLine(`Tidemark: test of the channel ${data.channel}`),
  title: `Test of the channel ${data.channel}`,
  intro: [truncate(cleanText(data.text), 500), `Sent ${timeText(timestamp, context.timezone)}.`],
  sections: [
    {
      heading: 'What an alert will look like',
      tone: 'info',
      notes: ['Nothing of this was observed.'],
      entries: [
        {
          title: 'Sample product',
          context: 'Sample category · id 0',
          headline: '#40 → #12, up 28',
          direction: 'up',
          facts: [{ label: 'posts', text: '9,100 → 11,500 (+26.4 %)' }],
          since: null,
          ranks: SAMPLE_RANKS,
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
});
