// Entry of the process that a backtest of the page runs in. It can be killed, and its memory is its
// own.
import { messageOf } from '../../lib/errors.ts';
import { readAppConfig } from '../../open-app.ts';
import { openIo } from '../../terminal/process-io.ts';
import { backtestRule } from './backtest.ts';
import type { BacktestJob, BacktestReply } from './run-backtest.ts';

process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.once('message', (job: BacktestJob) => {
  const reply = (message: BacktestReply) =>
    process.send?.(message, undefined, undefined, () => process.disconnect());
  run(job).then(
    (report) => reply({ ok: true, report }),
    (thrown: unknown) => reply({ ok: false, message: messageOf(thrown) }),
  );
});

async function run({ configPath, database, configured, edited }: BacktestJob) {
  const io = openIo();
  const config = { ...readAppConfig(io, configPath, 'spared', null), database };
  return backtestRule(config, configured, edited, io.clock.now());
}
