// `tidemark rules backtest` in a process of its own: prints its peak memory. Arguments: the config, and options of the command as JSON.
import { runRulesBacktest, type RulesBacktestArgs } from '../../src/commands/rules-backtest.ts';
import { openIo } from '../../src/terminal/process-io.ts';

const [config, options = '{}'] = process.argv.slice(2);
let bytes = 0;
const io = { ...openIo(), stdout: (text: string) => void (bytes += text.length) };
const code = await runRulesBacktest(io, { config, ...(JSON.parse(options) as RulesBacktestArgs) }, { stop: new AbortController().signal });
process.stdout.write(JSON.stringify({ code, bytes, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
