// `tidemark check`: is the configuration valid, when will it run, and what will it cost?
import pc from 'picocolors';
import type { Config, SmtpConfig, WebhookChannel } from '../config/config.ts';
import { creditWarning, planCredits, type CreditPlan } from '../config/credit-plan.ts';
import type { CheckExpression } from '../config/cross-check.ts';
import { readConfig, type InvalidConfig } from '../config/load.ts';
import { formatProblem, formatWarning, type ConfigWarning } from '../config/problem.ts';
import { isoTime, type Instant } from '../lib/clock.ts';
import { plural, truncate } from '../lib/text.ts';
import { zonedTime } from '../lib/zoned-time.ts';
import { nextSlot } from '../schedule/slots.ts';
import type { Io } from '../terminal/io.ts';
import { formatTable } from '../terminal/table.ts';

/** How a probe went, in one line without secrets, and what to do about it. */
export type ProbeResult = { ok: boolean; text: string; next: string | null };

/** What `--connect` tries. What fails is a result; they only throw for what is a bug. */
export type Probes = {
  /** One request to the source, for the first watch. */
  source(config: Config): Promise<ProbeResult>;
  smtp(smtp: SmtpConfig): Promise<ProbeResult>;
  webhook(channel: WebhookChannel): Promise<ProbeResult>;
};

export type CheckArgs = { config?: string | undefined; json?: boolean | undefined; connect?: boolean | undefined };
export type CheckDeps = { probes: Probes; checkExpression: CheckExpression };

type Run = { kind: 'watch' | 'digest'; name: string; timezone: string; next: Instant[] };
type ProbeLine = ProbeResult & { probe: string };

/** Exit code 0 when all is well, 1 when a probe fails, 2 when the configuration is not valid. */
export async function runCheck(io: Io, args: CheckArgs, { probes, checkExpression }: CheckDeps): Promise<number> {
  const read = readConfig({ path: args.config, env: io.env, cwd: io.cwd, checkExpression });
  if ('problems' in read) return reportInvalid(io, read, args.json === true);
  const { config } = read;

  const now = io.clock.now();
  const plan = planCredits(config, now);
  const tooMuch = creditWarning(plan);
  const runs = nextRuns(config, now);
  const probed = args.connect ? await probeAll(config, probes) : null;

  if (args.json) {
    io.stdout(`${JSON.stringify({ valid: true, path: config.path, warnings: [...read.warnings, ...(tooMuch === null ? [] : [{ path: 'source.daily_credits', text: tooMuch }])], next_runs: runs.map((run) => ({ ...run, next: run.next.map(isoTime) })), credits: creditsJson(plan), ...(probed && { probes: probed }) }, null, 2)}\n`);
  } else {
    reportWarnings(io, read.warnings, tooMuch);
    io.stdout(`${config.path} is valid: ${plural(config.watches.length, 'watch', 'watches')}, ${plural(config.rules.length, 'rule')}, ${plural(config.channels.length, 'channel')}, ${plural(config.digests.length, 'digest')}.\n`);
    io.stdout(`\nNext runs\n${runs.map((run) => runText(run, io.columns)).join('')}`);
    io.stdout(`\n${planText(plan, io.columns)}`);
    if (probed) io.stdout(`\nConnections\n${probed.map((line) => probeText(line, io)).join('')}`);
  }
  return probed?.some(({ ok }) => !ok) ? 1 : 0;
}

function reportInvalid(io: Io, { path, problems, hint }: InvalidConfig, json: boolean): number {
  if (json) io.stdout(`${JSON.stringify({ valid: false, path, problems }, null, 2)}\n`);
  else io.stderr(`${path} has ${plural(problems.length, 'problem')}:\n${problems.map((problem) => `${formatProblem(problem)}\n`).join('')}${hint}\n`);
  return 2;
}

function reportWarnings(io: Io, warnings: readonly ConfigWarning[], tooMuch: string | null): void {
  const label = pc.createColors(io.color).yellow('warning');
  for (const warning of warnings) io.stderr(`${label} ${formatWarning(warning)}\n`);
  if (tooMuch !== null) io.stderr(`${label} source.daily_credits: ${tooMuch}\n`);
}

function nextRuns(config: Config, now: Instant): Run[] {
  const runsOf = (kind: Run['kind']) => ({ name, schedule, timezone }: { name: string; schedule: string; timezone: string }): Run => {
    const next: Instant[] = [];
    for (let slot = nextSlot(schedule, timezone, now); slot !== null && next.length < 3; slot = nextSlot(schedule, timezone, slot)) next.push(slot);
    return { kind, name, timezone, next };
  };
  return [...config.watches.map(runsOf('watch')), ...config.digests.map(runsOf('digest'))];
}

const runText = ({ kind, name, timezone, next }: Run, columns: number): string =>
  `  ${truncate(`${name} (${kind}, ${timezone})`, columns - 2)}\n    ${next.map((slot) => zonedTime(slot, timezone)).join('   ')}\n`;

/** What the six other columns of the plan take at most. */
const NUMBERS_WIDTH = 56;

function planText(plan: CreditPlan, columns: number): string {
  const numbers = ['pages', 'credits/run', 'runs/day', 'credits/day', 'credits/month'].map((head) => ({ head, align: 'right' as const }));
  const rows = plan.watches.map((watch) => [truncate(watch.watch, Math.max(12, columns - NUMBERS_WIDTH)), watch.pages, watch.creditsPerRun, watch.runsPerDay, watch.creditsPerDay, watch.creditsPerMonth]);
  const limit = plan.dailyCredits === null ? 'No daily limit.' : `Daily limit: ${plan.dailyCredits}.`;
  return `Credits in ${plan.month}, at most, without retries; days are the busiest\n${formatTable([{ head: 'watch' }, ...numbers], [...rows, ['all', '', '', '', plan.creditsPerDay, plan.creditsPerMonth]])}${limit}\n`;
}

const creditsJson = (plan: CreditPlan) => ({
  month: plan.month,
  per_day: plan.creditsPerDay,
  per_month: plan.creditsPerMonth,
  daily_credits: plan.dailyCredits,
  watches: plan.watches.map((watch) => ({
    watch: watch.watch, pages: watch.pages, credits_per_run: watch.creditsPerRun,
    runs_per_day: watch.runsPerDay, credits_per_day: watch.creditsPerDay, runs_per_month: watch.runsPerMonth, credits_per_month: watch.creditsPerMonth,
  })),
});

/** One after the other: their lines keep their order, and nothing competes for the source's rate. */
async function probeAll(config: Config, probes: Probes): Promise<ProbeLine[]> {
  const lines: ProbeLine[] = [{ probe: 'source', ...(await probes.source(config)) }];
  if (config.smtp) lines.push({ probe: 'smtp', ...(await probes.smtp(config.smtp)) });
  for (const channel of config.channels) if (channel.kind === 'webhook') lines.push({ probe: `channel ${channel.name}`, ...(await probes.webhook(channel)) });
  return lines;
}

function probeText({ probe, ok, text, next }: ProbeLine, io: Io): string {
  const color = pc.createColors(io.color);
  return `  ${ok ? color.green('ok    ') : color.red('FAILED')} ${probe}: ${text}${next === null ? '' : ` ${next}`}\n`;
}
