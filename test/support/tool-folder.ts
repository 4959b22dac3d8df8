// Tools that are too heavy for package.json: .ci/tool.js installs them when a test first needs one.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The folder of a tool of `.ci/tools`, installed if it was not. */
export const toolFolder = (name: string): string =>
  execFileSync(process.execPath, [join(import.meta.dirname, '../../.ci/tool.js'), name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
