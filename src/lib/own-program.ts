import { join } from 'node:path';
import { projectRoot } from './project-root.ts';

/**
 * How to start this program once more: Node, its options, and the file of the program, from the
 * bundle or from the sources.
 */
export function ownProgram(): [command: string, ...args: string[]] {
  const file = import.meta.url.endsWith('.ts')
    ? join(projectRoot(), 'src', 'cli.ts')
    : join(projectRoot(), 'dist', 'cli.js');
  return [process.execPath, ...process.execArgv, file];
}
