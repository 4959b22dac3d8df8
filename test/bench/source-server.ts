// The source of the pass benchmark, in a process of its own: every line on stdin is the day to serve from then on.
import { createInterface } from 'node:readline';
import { DAY_MS } from '../../src/lib/clock.ts';
import { createMarket } from '../../src/sandbox/market.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { DAY_ZERO } from '../support/world.ts';

let now = DAY_ZERO;
const market = createMarket({ seed: 5 });
const sandbox = await startSandbox({
  market,
  clock: { now: () => now, monotonicMs: () => now, sleep: async () => {} },
});
process.stdout.write(`${sandbox.url}\n`);
createInterface({ input: process.stdin }).on('line', (line) => {
  now = DAY_ZERO + Number(line) * DAY_MS;
  // Simulating the day is not what is measured.
  market.list({ region: 'US', timeScope: 1, day: new Date(now).toISOString().slice(0, 10) });
  process.stdout.write('ok\n');
});
