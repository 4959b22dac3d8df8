import { truncate } from '../../../lib/text.ts';
import { chatLink } from '../../render/chat-link.ts';
import { fitLetter } from '../../render/fit.ts';
import type { Letter, Section } from '../../render/letter.ts';
import type { Entry, Tone } from '../../../words/entry.ts';
import { ARROWS, entryLines, moreText } from '../../render/lines.ts';

const MAX_CHARACTERS = 6_000;
const MAX_EMBEDS = 10;
const MAX_ENTRIES = 10;
const MAX_CONTENT = 2_000;
const MAX_TITLE = 256;
const MAX_DESCRIPTION = 4_096;
const MAX_FIELD_NAME = 256;
const MAX_FIELD_VALUE = 1_024;
const MAX_FOOTER = 2_048;

const COLOURS: Record<Tone, number> = {
  info: 0x2f6fde,
  warning: 0xb7791f,
  critical: 0xc5303a,
  good: 0x14804a,
};

type Embed = {
  title: string;
  description: string;
  color: number;
  fields: { name: string; value: string }[];
  footer?: { text: string };
};
type DiscordMessage = { content: string; embeds: Embed[]; allowed_mentions: { parse: [] } };

/**
 * A Discord webhook message: one embed per section. Mentions are off, and every character of
 * mark-up is escaped. Lengths are those of the text as it is sent, in UTF-16 code units, which are
 * never fewer than what Discord counts.
 */
export function discordBody(letter: Letter): string {
  const fits = (message: DiscordMessage) =>
    message.embeds.length <= MAX_EMBEDS &&
    message.embeds.every(
      ({ description, footer }) =>
        description.length <= MAX_DESCRIPTION && (footer?.text.length ?? 0) <= MAX_FOOTER,
    ) &&
    embedCharacters(message) <= MAX_CHARACTERS;
  return JSON.stringify(fitLetter(letter, MAX_ENTRIES, discordMessage, fits));
}

function discordMessage(letter: Letter): DiscordMessage {
  const more = moreText(letter);
  const top: Embed = {
    title: escaped(letter.title, MAX_TITLE),
    description: escaped(letter.intro.join('\n')),
    color: COLOURS[letter.sections[0]?.tone ?? 'info'],
    fields: [],
  };
  const footer = [
    ...(more === null ? [] : [more]),
    ...letter.footer.map(({ text, command }) => (command === null ? text : `${text} ${command}`)),
  ].join('\n');
  const embeds = [top, ...letter.sections.map(sectionEmbed)];
  // The footer of an embed knows no mark-up: escaped text would show its backslashes there.
  const last = embeds[embeds.length - 1] ?? top;
  last.footer = { text: footer };
  return { content: escaped(letter.subject, MAX_CONTENT), embeds, allowed_mentions: { parse: [] } };
}

const sectionEmbed = (section: Section): Embed => ({
  title: escaped(section.heading, MAX_TITLE),
  description: escaped(section.notes.join('\n')),
  color: COLOURS[section.tone],
  fields: section.entries.map((entry) => ({
    name: escaped(`${ARROWS[entry.direction]} ${entry.title}`, MAX_FIELD_NAME),
    value: withLink(entry),
  })),
});

/** What an entry says, and a link to its page, where there is room for all of it. */
function withLink(entry: Entry): string {
  const link = chatLink(entry);
  const end = link === null ? '' : `\n[${escaped(link.host)}](${link.url})`;
  const room = MAX_FIELD_VALUE - end.length;
  const text = entryLines(entry).join('\n');
  return room < MAX_FIELD_VALUE / 2
    ? escaped(text, MAX_FIELD_VALUE)
    : `${escaped(text, room)}${end}`;
}

/** Discord counts these over all embeds of a message. */
const embedCharacters = ({ embeds }: DiscordMessage): number =>
  embeds.reduce(
    (sum, { title, description, fields, footer }) =>
      sum +
      title.length +
      description.length +
      (footer?.text.length ?? 0) +
      fields.reduce((inner, field) => inner + field.name.length + field.value.length, 0),
    0,
  );

/**
 * A backslash before any punctuation takes its meaning: mark-up, mentions, emoji names, links. Cut
 * BEFORE escaping, so that no backslash is cut off.
 */
function escaped(text: string, max = Infinity): string {
  for (let length = max; ; length -= 20) {
    const safe = truncate(text, length).replace(/[\\*_~`|>#<@:[\]()+.!-]/g, '\\$&');
    if (safe.length <= max || length <= 20) return safe;
  }
}
