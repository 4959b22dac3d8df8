// (f) A backtest of 100 rules over a year of one 500-deep list, beside filling the table of change rows for every
// snapshot and running 100 prepared statements on it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openReplay, runReplay } from '../../src/backtest/replay.ts';
import { reportOf } from '../../src/backtest/report.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { fillChangeRows } from '../../src/store/reading/change-rows.ts';
import { openShadow } from '../../src/store/file/open-shadow.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { storeMarketDays } from './market-day.ts';
import { dayAt, makeConfig } from '../support/world.ts';
import { alternate, printRatio } from './measure.ts';
import { HUNDRED_RULES } from './rules.ts';

const DAYS = 365;

/** A year of one list in a file; returns the ids of its snapshots. */
function storeYear(path: string): number[] {
  const db = openDatabase(path);
  const snapshots = storeMarketDays(db, makeConfig(), DAYS);
  db.close();
  return snapshots;
}

export async function benchBacktest(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-bench-'));
  const path = join(folder, 'tidemark.db');
  const snapshots = storeYear(path);
  const config = { ...makeConfig({ rules: HUNDRED_RULES }), database: path };
  let fired = 0;
  const [ours = NaN, floor = NaN] = await alternate(
    [
      {
        name: 'ours',
        run: async () => {
          const replay = openReplay(
            path,
            config,
            { watch: undefined, rule: undefined },
            dayAt(DAYS),
          );
          await runReplay(replay, () => {}, new AbortController().signal);
          fired = reportOf(replay, -Infinity, 'UTC').all.fired;
          replay.db.close();
        },
      },
      {
        name: 'floor',
        run: () => {
          const db = openShadow(path);
          fillChangeRows(db, TOP_PRODUCTS, snapshots[0] ?? 0, null);
          const statements = HUNDRED_RULES.map(({ when }) =>
            db.raw.prepare(`SELECT product_key FROM temp.change_rows WHERE ${when}`).pluck(),
          );
          for (const [day, id] of snapshots.entries()) {
            fillChangeRows(db, TOP_PRODUCTS, id, snapshots[day - 1] ?? null);
            for (const statement of statements) statement.all();
          }
          db.close();
        },
      },
    ],
    3,
    1,
  );
  printRatio(
    `(f) a backtest of 100 rules over ${DAYS} snapshots of 500 rows (${fired} alerts fired, each with its evidence)`,
    ours,
    floor,
    'fill the table, run 100 prepared statements',
    1.4,
  );
  process.stdout.write(
    `(f) the same in seconds\n  ${(ours / 1_000).toFixed(2)} s, aim at most 2 s${ours <= 2_000 ? '' : '  MISSED'}\n`,
  );
  const peak = peakMegabytes(folder);
  process.stdout.write(
    `(f) its memory, with every alert printed as JSON\n  ${peak.toFixed(0)} MB resident at its peak, aim at most 200 MB${peak <= 200 ? '' : '  MISSED'}\n`,
  );
  rmSync(folder, { recursive: true, force: true });
}

const CLI = join(import.meta.dirname, '../../dist/cli.js');

/** Has a process say at its end how much memory it had at most, in kilobytes. */
const SAY_PEAK =
  'data:text/javascript,process.on("exit",()=>process.stderr.write(`peak ${process.resourceUsage().maxRSS}`))';

/** Of `tidemark rules backtest --json` on the year. */
function peakMegabytes(folder: string): number {
  const yaml = join(folder, 'tidemark.yaml');
  writeFileSync(
    yaml,
    JSON.stringify({
      database: './tidemark.db',
      source: { token: 'none' },
      watches: { 'us-daily': { region: 'US', depth: 500, schedule: '0 6 * * *' } },
      channels: { hook: { type: 'webhook', url: 'https://example.com/hook' } },
      rules: Object.fromEntries(
        HUNDRED_RULES.map(({ name, when }) => [name, { when, notify: ['hook'] }]),
      ),
    }),
  );
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', SAY_PEAK, CLI, 'rules', 'backtest', '--json', '--config', yaml],
    { encoding: 'utf8', maxBuffer: 2 ** 30 },
  );
  if (status !== 0) throw new Error(`the backtest failed: ${stderr}`);
  return Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024;
}
