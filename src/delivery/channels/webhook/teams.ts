import { fitLetter } from '../../render/fit.ts';
import type { Letter, Section } from '../../render/letter.ts';
import type { Hint, Tone } from '../../../words/entry.ts';
import { ARROWS, entryLines, moreText } from '../../render/lines.ts';

/** Teams refuses more than 28 KB. */
const MAX_BYTES = 27_000;
const MAX_ENTRIES = 10;

type Run = {
  type: 'TextRun';
  text: string;
  weight?: 'Bolder';
  size?: 'Large' | 'Small';
  isSubtle?: true;
  color?: string;
  fontType?: 'Monospace';
  selectAction?: { type: 'Action.OpenUrl'; url: string };
};
type RichText = {
  type: 'RichTextBlock';
  inlines: Run[];
  spacing?: 'Medium' | 'Large';
  separator?: true;
};

const COLOURS: Record<Tone, string> = {
  info: 'Accent',
  warning: 'Warning',
  critical: 'Attention',
  good: 'Good',
};

/**
 * A message for Teams Workflows: an Adaptive Card. All text is in text runs, which know no Markdown
 * (text blocks do), and without `msteams.entities` nothing can be a mention.
 */
export function teamsBody(letter: Letter): string {
  const write = (cut: Letter) => JSON.stringify(teamsMessage(cut));
  return fitLetter(letter, MAX_ENTRIES, write, (body) => Buffer.byteLength(body) <= MAX_BYTES);
}

function teamsMessage(letter: Letter) {
  const more = moreText(letter);
  const body: RichText[] = [
    block([{ type: 'TextRun', text: letter.title, weight: 'Bolder', size: 'Large' }]),
    ...letter.intro.map((text) => block([{ type: 'TextRun', text }])),
    ...letter.sections.flatMap(sectionBlocks),
    ...(more === null ? [] : [block([{ type: 'TextRun', text: more }])]),
    ...letter.footer.map((hint, index) => hintBlock(hint, index === 0)),
  ];
  return {
    type: 'message',
    // Shown in the activity feed, where a card says only that it is one.
    summary: letter.subject,
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body,
          msteams: { width: 'Full' },
        },
      },
    ],
  };
}

const block = (inlines: Run[], rest: Partial<RichText> = {}): RichText => ({
  type: 'RichTextBlock',
  inlines,
  ...rest,
});

const subtle = (text: string): RichText =>
  block([{ type: 'TextRun', text, isSubtle: true, size: 'Small' }]);

function sectionBlocks(section: Section): RichText[] {
  const entries = section.entries.flatMap((entry) => [
    block(
      [
        {
          type: 'TextRun',
          text: `${ARROWS[entry.direction]} ${entry.title}`,
          weight: 'Bolder',
          ...(entry.link === undefined
            ? {}
            : { selectAction: { type: 'Action.OpenUrl', url: entry.link } as const }),
        },
      ],
      { spacing: 'Medium' },
    ),
    ...entryLines(entry).map((text) => block([{ type: 'TextRun', text }])),
  ]);
  return [
    block(
      [{ type: 'TextRun', text: section.heading, weight: 'Bolder', color: COLOURS[section.tone] }],
      { separator: true, spacing: 'Large' },
    ),
    ...section.notes.map(subtle),
    ...entries,
  ];
}

const hintBlock = ({ text, command }: Hint, isFirst: boolean): RichText =>
  block(
    [
      {
        type: 'TextRun',
        text: command === null ? text : `${text} `,
        isSubtle: true,
        size: 'Small',
      },
      ...(command === null
        ? []
        : [{ type: 'TextRun', text: command, size: 'Small', fontType: 'Monospace' } as const]),
    ],
    isFirst ? { separator: true, spacing: 'Large' } : {},
  );
