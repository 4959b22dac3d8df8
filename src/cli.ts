#!/usr/bin/env node
// argv → command → exit code. The only file that knows the process: signals, terminal and exit
// code. Commands are imported when they are called, so that `--version` costs no more than it must.
import { messageOf } from './lib/errors.ts';
import { systemFailure } from './lib/system-failure.ts';
import { programVersion } from './lib/version.ts';
import { quickMain } from './program/load-quick.ts';

async function main(argv: readonly string[]): Promise<number> {
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${programVersion()}\n`);
    return 0;
  }
  if (argv.includes('run')) await stayLight();
  const quick = quickMain(argv);
  if (quick !== null) return quick(argv);
  return (await import('./program/main.ts')).main(argv);
}

/**
 * Has V8 hold less for weeks than it takes while modules load and the first pages are read. Young
 * objects stay in as little room as it begins with, instead of up to 16 MB; and undici's parser of
 * HTTP, which is WebAssembly, is not compiled a second time, which takes 30 MB for a moment and
 * leaves 6. A list is stored in the same time. It only helps before modules are loaded.
 */
async function stayLight(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8');
  for (const flag of [
    '--semi-space-growth-factor=1',
    '--no-wasm-tier-up',
    '--no-wasm-dynamic-tiering',
  ])
    setFlagsFromString(flag);
}

let isOutputLost = false;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A closed pipe (`tidemark sql … | head`) is an ordinary end; and each further write fails too.
  if (error.code === 'EPIPE' || isOutputLost) return;
  isOutputLost = true;
  process.stderr.write(
    `error: the output cannot be written: ${systemFailure(error)?.message ?? messageOf(error)}\n`,
  );
  process.exitCode = 1;
});

// Remarks that nobody can read, such as a progress bar on a closed pipe, end no work.
process.stderr.on('error', () => {});

const code = await main(process.argv.slice(2));
process.exitCode ||= code;
