import type { DigestMessage } from '../../message/digest.ts';
import type { Letter, LetterContext, Section } from '../render/letter.ts';
import { commandText } from '../../words/shell-text.ts';
import { digestPage } from './compose.ts';
import { restText } from './list-words.ts';
import type { DigestPage, ListBlock, RowBlock } from './page.ts';

/** How many products of each list a chat shows. The mail and the command show all. */
const SHOWN = 3;
/** How many rules are named; further ones are counted. */
const RULES_SHOWN = 6;

/** A digest for chats: the news and the health of the data, and the first of each list. */
export function digestLetter(message: DigestMessage, context: LetterContext): Letter {
  const page = digestPage(message, context.channel, undefined, context.called);
  const lists = page.lists.filter(({ chart }) => chart === null);
  return {
    subject: page.subject,
    title: page.title,
    intro: [
      page.subtitle,
      ...page.health.map(({ text, isBad }) => (isBad ? `! ${text}` : text)),
      ...(page.quiet === null ? [] : [page.quiet]),
      ...alertsText(page),
      ...totalsText(page),
    ],
    sections: lists.map(section),
    more: {
      count: lists.reduce((sum, list) => sum + restOf(list), 0),
      command: page.footer.at(-1)?.command ?? commandText(['digest']),
    },
    footer: page.footer,
    locale: page.locale,
    thread: page.thread,
  };
}

function totalsText({ totals }: DigestPage): string[] {
  if (totals === null || totals.kind === 'table') return [];
  const figures = totals.tiles.map(
    ({ label, value, change }) => `${label} ${value}${change === null ? '' : ` (${change})`}`,
  );
  return [figures.join(' · '), ...(totals.note === null ? [] : [totals.note])];
}

const alertsText = ({ alerts, locale }: DigestPage): string[] =>
  alerts === null
    ? []
    : [
        alerts.heading,
        ...alerts.rules.slice(0, RULES_SHOWN).map(({ name, counts }) => `${name}: ${counts}`),
        ...moreRules(
          Math.max(0, alerts.rules.length - RULES_SHOWN) + alerts.rest,
          alerts.command,
          locale,
        ),
      ];

const moreRules = (count: number, command: string, locale: string): string[] =>
  [restText({ count, command }, locale)].filter((text) => text !== null);

/** How many of a list there are besides those that are shown. */
const restOf = ({ rows, more }: ListBlock): number => Math.max(0, rows.length - SHOWN) + more.count;

const section = ({ heading, rows }: ListBlock): Section => ({
  heading,
  tone: 'info',
  notes: [],
  entries: rows.slice(0, SHOWN).map(entry),
});

const entry = ({
  badge,
  direction,
  move,
  title,
  facts,
  ranks,
}: RowBlock): Section['entries'][number] => ({
  title,
  direction,
  headline: `${badge} ${move}`.trim(),
  facts: [],
  since: null,
  caption: '',
  context: facts.join(' · '),
  ranks,
});
