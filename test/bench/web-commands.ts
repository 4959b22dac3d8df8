// (w) What a person and an assistant wait for: a backtest on the page, and a tool over stdio. In
// time, since other processes do the work; both sides in turn.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '../../src/lib/clock.ts';
import { findNewestComplete } from '../../src/store/reading/leaderboard.ts';
import { runBacktest, useBacktestEntry } from '../../src/web/rules/run-backtest.ts';
import { presentSql } from '../../src/change/rows-sql.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { PAIR } from '../../src/store/reading/change-rows.ts';
import { alternate, cpuMs, median, printRatio, processMs } from './measure.ts';
import { CLI, RULE, WHEN, type WebBench } from './web-world.ts';

const ROUNDS = 5;
const CALLS = 100;
const WARM_CALLS = 60;
const EDITED = 'rank_gain >= 60 and rank <= 200';

/** The rule as configured and as edited, over all stored days, by the page and by the command. */
export async function benchBacktestOnPage({ folder, config, yaml }: WebBench): Promise<void> {
  useBacktestEntry(join(CLI, '../web/rules/backtest-process.js'));
  const edited = join(folder, 'edited.yaml');
  writeFileSync(edited, readFileSync(yaml, 'utf8').replace(WHEN, EDITED));
  const [rule] = config.rules;
  if (rule === undefined) throw new Error('no rule');
  const named = { ...config, path: yaml };
  const command = [
    'rules',
    'backtest',
    '--rule',
    RULE,
    '--config',
    edited,
    '--against',
    yaml,
    '--json',
  ];
  const [page = NaN, told = NaN] = await alternate(
    [
      {
        name: 'page',
        run: async () =>
          void (await runBacktest(named, rule, { ...rule, when: EDITED }, { clock: systemClock })),
      },
      {
        name: 'command',
        run: async () => {
          const child = spawn(process.execPath, [CLI, ...command], { stdio: 'ignore' });
          const [code] = (await once(child, 'exit')) as [number];
          if (code !== 0) throw new Error(`rules backtest ended with ${code}`);
        },
      },
    ],
    ROUNDS,
    1,
  );
  const what = '(w) a backtest on the page, as configured and as edited, over 366 days of 500';
  printRatio(what, page, told, 'rules backtest --against', 1.1);
}

type Answer = { id?: number; error?: unknown; result?: { isError?: boolean } };

/** `tidemark mcp` on stdio, by lines of JSON as its protocol has them. */
export async function benchMcp({ db, yaml, snapshots }: WebBench): Promise<void> {
  const child = spawn(process.execPath, [CLI, 'mcp', '--config', yaml], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const answer = JSON.parse(line) as Answer;
    waiting.get(answer.id ?? -1)?.(answer);
  });
  let id = 0;
  const send = (message: object): void =>
    void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const call = (method: string, params: object): Promise<Answer> => {
    const own = ++id;
    return new Promise((resolve) => {
      waiting.set(own, resolve);
      send({ id: own, method, params });
    });
  };
  await call('initialize', {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'bench', version: '1' },
  });
  send({ method: 'notifications/initialized' });
  const rows = db.raw.prepare(`${presentSql(TOP_PRODUCTS, PAIR)}\nORDER BY o.rank LIMIT 10`);
  const asked = { name: 'leaderboard', arguments: { watch: 'us-daily', limit: 10 } };
  const [tool, query]: [number[], number[]] = [[], []];
  for (let round = -WARM_CALLS; round < CALLS; round++) {
    const before = processMs(child.pid);
    const { error, result } = await call('tools/call', asked);
    if (error !== undefined || result?.isError === true) throw new Error('the tool failed');
    const took = processMs(child.pid) - before;
    const queryFrom = cpuMs();
    findNewestComplete(db, 'us-daily', undefined);
    rows.all(snapshots);
    if (round < 0) continue;
    tool.push(took);
    query.push(cpuMs() - queryFrom);
  }
  child.kill('SIGTERM');
  await once(child, 'exit');
  const [whole, asking] = [median(tool), median(query)];
  const over = whole - asking;
  process.stdout.write(
    `(w) leaderboard over stdio for an assistant, CPU\n  ${whole.toFixed(2)} ms, its query ${asking.toFixed(2)} ms: ratio ${(whole / asking).toFixed(2)}, ${over.toFixed(2)} ms over it, aim at most 2 ms${over <= 2 ? '' : '  MISSED'}\n`,
  );
}
