// How help is laid out in the width of a terminal: as commander does, and for narrow ones too, where
// commander would let the terminal break within words.
import { Help, type HelpConfiguration } from 'commander';
import { wrapText } from '../words/fit-text.ts';

/** With fewer columns than this beside its term, a description stands below it. */
const LEAST_BESIDE = 24;
/** The blanks before a term, and between it and its description. */
const BLANKS = 4;
/** What commander writes before the usage. */
const USAGE = 'Usage: ';

const widthFor = (helper: Help): number => helper.helpWidth ?? 80;

/** For `configureHelp`; commands below inherit it. */
export const HELP_LAYOUT: HelpConfiguration = {
  minWidthToWrap: LEAST_BESIDE,
  commandUsage(command) {
    const usage = Help.prototype.commandUsage.call(this, command);
    return wrapText(`${USAGE}${usage}`, widthFor(this as Help), USAGE.replaceAll(/./g, ' ')).slice(
      USAGE.length,
    );
  },
  formatItem(term, termWidth, description, helper) {
    if (description === '' || widthFor(helper) - termWidth - BLANKS >= LEAST_BESIDE)
      return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
    return `  ${term}\n${wrapText(`      ${description}`, widthFor(helper), '      ')}`;
  },
};

/** The same paragraphs, wrapped anew; those with an indented line in them are left as they are. */
export const wrapParagraphs = (text: string, columns: number): string =>
  text
    .split('\n\n')
    .map((paragraph) =>
      /^ /m.test(paragraph) ? paragraph : wrapText(paragraph.replaceAll('\n', ' '), columns),
    )
    .join('\n\n');
