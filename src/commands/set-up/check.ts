// `tidemark check`: is the configuration valid, when will it run, and what will it cost?
import { doubtsOf } from '../../alert/doubts.ts';
import { sourceOf, type Config, type Watch } from '../../config/config.ts';
import { creditWarnings, planCredits } from '../../config/credit-plan.ts';
import type { CheckExpression } from '../../config/cross-check.ts';
import { invalidText, readConfig, type InvalidConfig } from '../../config/load.ts';
import { formatWarning, type ConfigWarning } from '../../config/problem.ts';
import { isoTime, type Instant } from '../../lib/clock.ts';
import { plural } from '../../lib/text.ts';
import type { ListKind } from '../../list/list-kind.ts';
import { zonedTime } from '../../lib/zoned-time.ts';
import { kindOf } from '../../delivery/channels/kinds.ts';
import { openProbes, type Probes, type SourceProbe } from '../../report/probes.ts';
import { nextSlot } from '../../schedule/slots.ts';
import { asCalled } from '../../words/as-called.ts';
import { fitText, wrapText } from '../../words/fit-text.ts';
import { writerOf } from '../../words/writer.ts';
import { fitsDatabase } from './check-fit.ts';
import { creditsJson, planText } from './check-plan.ts';
import { readJson, readText } from './check-read.ts';
import { readKeptCategories } from '../../store/categories.ts';
import type { Io } from '../../terminal/io.ts';
import { paint } from '../../terminal/tone.ts';

export type CheckArgs = {
  config?: string | undefined;
  json?: boolean | undefined;
  connect?: boolean | undefined;
};
export type CheckDeps = { probes: Probes; checkExpression: CheckExpression };

/** What `--connect` tries for real. */
export const realProbes = (io: Io): Probes => openProbes(io.clock, Math.random);

const WARNING = 'warning';

type Run = { kind: 'watch' | 'digest'; name: string; timezone: string; next: Instant[] };
type ProbeLine = SourceProbe & { probe: string; list?: ListKind };

/** Exit code 0 when all is well, 1 when a probe fails, 2 when the configuration is not valid. */
export async function runCheck(
  io: Io,
  args: CheckArgs,
  { probes, checkExpression }: CheckDeps,
): Promise<number> {
  const read = readConfig({
    path: args.config,
    env: io.env,
    cwd: io.cwd,
    checkExpression,
    doubtExpression: doubtsOf,
    readCategories: readKeptCategories,
  });
  if ('problems' in read) return reportInvalid(io, read, args.json === true);
  const { config } = read;
  if (!fitsDatabase(io, config, args.json === true)) return 2;

  const now = io.clock.now();
  const plan = planCredits(config, now);
  const tooMuch = creditWarnings(plan);
  const runs = nextRuns(config, now);
  const probed = args.connect ? await probeAll(config, probes) : null;

  if (args.json) {
    const warnings = [...read.warnings, ...tooMuch];
    const data = {
      valid: true,
      path: config.path,
      warnings,
      next_runs: runs.map((run) => ({ ...run, next: run.next.map(isoTime) })),
      credits: creditsJson(plan),
      ...(probed && { probes: probed.map(probeJson) }),
    };
    io.stdout(`${JSON.stringify(data, null, 2)}\n`);
  } else {
    reportWarnings(io, read.warnings, tooMuch);
    const { watches, rules, channels, digests } = config;
    io.stdout(
      `${wrapText(
        `${config.path} is valid: ${[
          plural(watches.length, 'watch', 'watches'),
          plural(rules.length, 'rule'),
          plural(channels.length, 'channel'),
          plural(digests.length, 'digest'),
        ].join(', ')}.`,
        lineOf(io),
        '  ',
      )}\n`,
    );
    io.stdout(`\nNext runs\n${runs.map((run) => runText(run, io.columns)).join('')}`);
    io.stdout(`\n${planText(plan, io)}`);
    if (probed)
      io.stdout(`\nConnections\n${probed.map((line) => probeText(line, config, io)).join('')}`);
  }
  return probed?.some(({ ok }) => !ok) ? 1 : 0;
}

function reportInvalid(io: Io, invalid: InvalidConfig, json: boolean): number {
  if (json)
    io.stdout(
      `${JSON.stringify({ valid: false, path: invalid.path, problems: invalid.problems }, null, 2)}\n`,
    );
  else io.stderr(`${invalidText(invalid)}\n${invalid.hint}\n`);
  return 2;
}

function reportWarnings(
  io: Io,
  warnings: readonly ConfigWarning[],
  tooMuch: readonly { path: string; text: string }[],
): void {
  const texts = [
    ...warnings.map(formatWarning),
    ...tooMuch.map(({ path, text }) => `${path}: ${text}`),
  ];
  for (const text of texts) {
    const line = `${WARNING} ${text}`;
    const said = io.isTerminal ? wrapText(line, io.columns, '  ') : line;
    io.stderr(`${paint(WARNING, 'warning', io.color)}${said.slice(WARNING.length)}\n`);
  }
}

function nextRuns(config: Config, now: Instant): Run[] {
  const runsOf =
    (kind: Run['kind']) =>
    ({ name, schedule, timezone }: { name: string; schedule: string; timezone: string }): Run => {
      const next: Instant[] = [];
      for (
        let slot = nextSlot(schedule, timezone, now);
        slot !== null && next.length < 3;
        slot = nextSlot(schedule, timezone, slot)
      )
        next.push(slot);
      return { kind, name, timezone, next };
    };
  return [...config.watches.map(runsOf('watch')), ...config.digests.map(runsOf('digest'))];
}

const runText = ({ kind, name, timezone, next }: Run, columns: number): string =>
  `  ${fitText(`${name} (${kind}, ${timezone})`, columns - 2)}\n    ${next.map((slot) => zonedTime(slot, timezone)).join('   ')}\n`;

/** One watch for each list of each source: it stands for all others. */
function probedWatches(config: Config): { label: string; watch: Watch }[] {
  const firsts = config.watches.filter(
    (watch, i) =>
      config.watches.findIndex(
        ({ source, list }) => source === watch.source && list === watch.list,
      ) === i,
  );
  return firsts.map((watch) => {
    const { place, name } = sourceOf(config, watch);
    const source = place.includes('.') ? `source ${name}` : place;
    const isAlone = firsts.filter((other) => other.source === watch.source).length === 1;
    return { label: isAlone ? source : `${source}, ${watch.list.name}`, watch };
  });
}

/**
 * One probe after the other: their lines keep their order, and they do not compete for the source's
 * rate limit.
 */
async function probeAll(config: Config, probes: Probes): Promise<ProbeLine[]> {
  const lines: ProbeLine[] = [];
  for (const { label, watch } of probedWatches(config))
    lines.push({ probe: label, list: watch.list, ...(await probes.source(config, watch)) });
  if (config.smtp) lines.push({ probe: 'smtp', ...(await probes.smtp(config.smtp)) });
  for (const channel of config.channels)
    if (kindOf(channel).probe !== undefined)
      lines.push({ probe: `channel ${channel.name}`, ...(await probes.channel(channel)) });
  return lines;
}

/** Columns of a line; in a pipe no line is broken, as programs look for what it says. */
const lineOf = (io: Io): number => (io.isTerminal ? io.columns : Infinity);

function probeText({ list, page = null, ...line }: ProbeLine, config: Config, io: Io): string {
  const { probe, ok, warning, text, next } = line;
  const label = warning ? paint('WARN  ', 'warning', io.color) : labelOf(ok, io);
  const said = `${probe}: ${text}${next === null ? '' : `. ${asCalled(io.called, next)}`}`;
  const first = `  ${label} ${wrapText(said, lineOf(io) - 9).replaceAll('\n', '\n         ')}\n`;
  return list === undefined || page === null
    ? first
    : first + readText(page, list, writerOf(config), io.columns);
}

const labelOf = (ok: boolean, io: Io): string =>
  ok ? paint('ok    ', 'good', io.color) : paint('FAILED', 'bad', io.color);

/** What was read, for programs: `list` is named, and `read` holds the first rows. */
function probeJson({ list, page, ...line }: ProbeLine): object {
  return {
    ...line,
    ...(list && { list: list.name }),
    ...(page && { read: readJson(page) }),
  };
}
