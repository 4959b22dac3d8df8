import { truncate } from '../../../lib/text.ts';
import type { Entry } from '../../../words/entry.ts';
import { chatLink } from '../../render/chat-link.ts';
import { fitLetter } from '../../render/fit.ts';
import type { Letter, Section } from '../../render/letter.ts';
import { ARROWS, entryLines, moreText } from '../../render/lines.ts';

// Slack refuses a message of about 13,000 characters although each documented limit is met
// (slackapi/bolt-js #2509).
const MAX_CHARACTERS = 12_000;
const MAX_BLOCKS = 50;
const MAX_ENTRIES = 10;
const MAX_TEXT = 2_900;
const MAX_HEADER = 150;
const MAX_FIELD = 2_000;

type PlainText = { type: 'plain_text'; text: string; emoji: false };
type Link = { type: 'mrkdwn'; text: string };
type Block =
  | { type: 'header' | 'section'; text: PlainText; fields?: readonly Link[] }
  | { type: 'context'; elements: readonly PlainText[] }
  | { type: 'divider' };

/**
 * An incoming-webhook message in Block Kit. All text is `plain_text`, which knows no mark-up and no
 * mentions; `&`, `<` and `>` are escaped all the same, since Slack decodes them everywhere. A link is
 * a field of its own, which holds an address and its host alone.
 */
export function slackBody(letter: Letter): string {
  const write = (cut: Letter) => ({ cut, message: slackMessage(cut) });
  const fits = ({ cut, message }: ReturnType<typeof write>) =>
    message.blocks.length <= MAX_BLOCKS &&
    // The first lines are not cut silently: where they are too long, whole lines are left out
    // and counted.
    escapeSlack(introOf(cut)).length <= MAX_TEXT &&
    JSON.stringify(message).length <= MAX_CHARACTERS;
  return JSON.stringify(fitLetter(letter, MAX_ENTRIES, write, fits).message);
}

const introOf = ({ intro }: Letter): string => intro.join('\n');

type SlackMessage = {
  text: string;
  blocks: Block[];
  mrkdwn: false;
  link_names: 0;
  unfurl_links: false;
  unfurl_media: false;
};

function slackMessage(letter: Letter): SlackMessage {
  const more = moreText(letter);
  return {
    text: escapeSlack(letter.subject),
    blocks: [
      { type: 'header', text: plain(letter.title, MAX_HEADER) },
      { type: 'section', text: plain(introOf(letter)) },
      ...letter.sections.flatMap(sectionBlocks),
      ...(more === null ? [] : [{ type: 'section', text: plain(more) } as const]),
      { type: 'divider' },
      {
        type: 'context',
        elements: letter.footer
          .slice(0, 10)
          .map(({ text, command }) => plain(command === null ? text : `${text} ${command}`)),
      },
    ],
    mrkdwn: false,
    link_names: 0,
    unfurl_links: false,
    unfurl_media: false,
  };
}

function sectionBlocks(section: Section): Block[] {
  return [
    { type: 'divider' },
    { type: 'section', text: plain([section.heading, ...section.notes].join('\n')) },
    ...section.entries.map((entry): Block => ({
      type: 'section',
      text: plain([`${ARROWS[entry.direction]} ${entry.title}`, ...entryLines(entry)].join('\n')),
      ...linkOf(entry),
    })),
  ];
}

function linkOf(entry: Entry): { fields?: readonly Link[] } {
  const link = chatLink(entry);
  if (link === null) return {};
  const text = `<${escapeSlack(link.url)}|${escapeSlack(link.host)}>`;
  return text.length > MAX_FIELD ? {} : { fields: [{ type: 'mrkdwn', text }] };
}

/**
 * A block with empty text is refused, and so is one of more than 3,000 characters: Slack counts
 * them as they are sent.
 */
const plain = (text: string, max = MAX_TEXT): PlainText => ({
  type: 'plain_text',
  text: escapedWithin(text, max) || ' ',
  emoji: false,
});

/** Cut BEFORE escaping, so that no entity is cut, and measured after it: `&` is five characters. */
function escapedWithin(text: string, max: number): string {
  for (let length = max; ; length = Math.floor(length * 0.9)) {
    const safe = escapeSlack(truncate(text, length));
    if (safe.length <= max || length === 0) return safe;
  }
}

const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
