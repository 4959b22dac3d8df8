// The questions of `tidemark init` on a terminal.
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { mailAddressProblem } from '../../config/mail-address.ts';
import {
  httpUrlProblem,
  smtpUrlProblem,
  timezoneProblem,
  type Check,
} from '../../config/formats.ts';
import { scheduleProblem } from '../../schedule/schedule-problem.ts';
import type { Answers } from './init-answers.ts';

/** A terminal to ask at. */
export type Terminal = { input: NodeJS.ReadableStream; output: NodeJS.WritableStream };

const regionProblem: Check = (text) =>
  /^([a-z]{2}|all_regions)$/i.test(text) ? null : 'must be two letters, or all_regions';
/** As the config has it, however it was typed. */
const regionOf = (text: string): string =>
  text.length === 2 ? text.toUpperCase() : text.toLowerCase();
const depthProblem: Check = (text) =>
  /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 500
    ? null
    : 'must be a whole number from 1 to 500';
const toProblem: Check = (text) => {
  if (text === '') return null;
  return /^https?:/i.test(text) ? httpUrlProblem(text) : mailAddressProblem(text);
};

/** Ctrl-C or Ctrl-D: whoever is asked wants no more of it. */
class Stopped extends Error {}

/**
 * Asks for what was not said by options; an empty answer takes what stands in brackets. null when
 * it was stopped, by Ctrl-C or the end of the input.
 */
export async function askAnswers(given: Answers, terminal: Terminal): Promise<Answers | null> {
  const readline = createInterface(terminal);
  // Each line comes once, also a line that was typed before its question.
  const lines = readline[Symbol.asyncIterator]();
  const ask = async (question: string, fallback: string, check: Check): Promise<string> => {
    for (;;) {
      terminal.output.write(`${question}${fallback === '' ? '' : ` [${fallback}]`}: `);
      const next = await lines.next();
      if (next.done === true) throw new Stopped();
      const answer = next.value.trim() || fallback;
      const problem = check(answer);
      if (problem === null) return answer;
      terminal.output.write(`  It ${problem}.\n`);
    }
  };
  try {
    return await askAll(given, ask);
  } catch (thrown) {
    if (thrown instanceof Stopped) return null;
    throw thrown;
  } finally {
    readline.close();
  }
}

type Ask = (question: string, fallback: string, check: Check) => Promise<string>;

async function askAll(given: Answers, ask: Ask): Promise<Answers> {
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const region =
    given.region ??
    regionOf(await ask('Which region? Two letters, or all_regions', 'US', regionProblem));
  const depth = given.depth ?? Number(await ask('How many ranks?', '100', depthProblem));
  const schedule =
    given.schedule ??
    (await ask(
      'When? Minute, hour, day of month, month, day of week',
      '0 6 * * *',
      scheduleProblem,
    ));
  const timezone = given.timezone ?? (await ask('By the clocks of', here, timezoneProblem));
  const to =
    given.to ??
    (await ask('Messages to: a mail address, a webhook, or nothing yet', '', toProblem));
  const isMail = to !== '' && !/^https?:/i.test(to);
  const smtp =
    given.smtp ??
    (isMail ? await ask('Mail server', 'smtp://localhost:25', smtpUrlProblem) : undefined);
  return { ...given, region, depth, schedule, timezone, to, smtp };
}

/** Yes or no; anything but a yes is a no, Ctrl-C too. */
export async function confirm(question: string, terminal: Terminal): Promise<boolean> {
  const readline = createInterface(terminal);
  try {
    const isOver = once(readline, 'close').then(() => '');
    const answer = readline.question(`${question} [y/N] `).catch(() => '');
    return /^y(es)?$/i.test((await Promise.race([answer, isOver])).trim());
  } finally {
    readline.close();
  }
}
