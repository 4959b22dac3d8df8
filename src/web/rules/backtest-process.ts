// Entry of the process that a backtest of the page runs in. It can be killed, and its memory is its
// own.
import { openReplay } from '../../backtest/replay.ts';
import type { Config } from '../../config/config.ts';
import { MINUTE_MS, systemClock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import { readAppConfig } from '../../open-app.ts';
import { openIo } from '../../terminal/process-io.ts';
import { backtestRule } from './backtest.ts';
import { READY, type BacktestJob, type BacktestPart } from './run-backtest.ts';

const [configPath, isReady] = process.argv.slice(2);
const EVERYTHING = { watch: undefined, rule: undefined };
const readConfig = () => readAppConfig(openIo(), configPath, 'spared', null);

process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
let isAsked = false;
process.once('message', (job: BacktestJob) => {
  isAsked = true;
  const last = (part: BacktestPart) =>
    process.send?.(part, undefined, undefined, () => process.disconnect());
  run(job).then(
    (report) => last({ kind: 'report', report }),
    (thrown: unknown) => last({ kind: 'failed', message: messageOf(thrown) }),
  );
});

// Whoever waits for a job has opened the history once already: the second time is quicker. It does
// not wait for ever.
let kept: Config | null = null;
if (isReady === READY) {
  kept = readConfig();
  openReplay(kept.database, kept, EVERYTHING, systemClock.now()).db.close();
  void systemClock.sleep(MINUTE_MS).then(() => isAsked || process.disconnect());
}

async function run({ database, configured, edited }: BacktestJob) {
  const config = { ...(kept ?? readConfig()), database };
  return backtestRule(config, configured, edited, systemClock, (progress) =>
    process.send?.({ kind: 'progress', progress } satisfies BacktestPart),
  );
}
