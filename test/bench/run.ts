// `npm run bench`: every claim of speed, as a ratio to a named floor measured in the same run.
// `npm run bench -- pass rules` runs only these. Only when they are named:
// `history` and `lake-day`, which build 30 million observations first, `lake`, which installs 600 MB,
// and `growth`, which takes three minutes.
import { benchBacktest } from './backtest.ts';
import { benchDelivery } from './delivery.ts';
import { benchDigest } from './digest.ts';
import { benchFile } from './file.ts';
import { benchGates } from './gates.ts';
import { benchGrowth } from './growth.ts';
import { benchHistory, benchHistorySmall } from './history.ts';
import { benchInOut } from './in-out.ts';
import { benchLakeDay } from './lake-day.ts';
import { benchLake } from './lake.ts';
import { benchLeft } from './left.ts';
import { benchMemory } from './memory.ts';
import { benchPass } from './pass.ts';
import { benchProcess } from './process.ts';
import { benchRules } from './rules.ts';
import { benchStore } from './store.ts';
import { benchStorm } from './storm.ts';
import { benchMemoryOfWeb, benchThreadOfWeb, benchWeb } from './web.ts';

const BENCHMARKS: Record<string, () => Promise<void>> = {
  pass: benchPass,
  store: benchStore,
  rules: benchRules,
  process: benchProcess,
  memory: benchMemory,
  backtest: benchBacktest,
  left: benchLeft,
  storm: benchStorm,
  delivery: benchDelivery,
  digest: benchDigest,
  'in-out': benchInOut,
  file: benchFile,
  gates: benchGates,
  web: benchWeb,
  'web-memory': benchMemoryOfWeb,
  'web-thread': benchThreadOfWeb,
  'history-small': benchHistorySmall,
  history: benchHistory,
  lake: benchLake,
  'lake-day': benchLakeDay,
  growth: benchGrowth,
};

const names = process.argv.slice(2);
for (const name of names.length > 0
  ? names
  : Object.keys(BENCHMARKS).filter(
      (name) => !['history', 'lake', 'lake-day', 'growth'].includes(name),
    )) {
  const bench = BENCHMARKS[name];
  if (bench === undefined)
    throw new Error(`no benchmark ${name}: there are ${Object.keys(BENCHMARKS).join(', ')}`);
  await bench();
}
