import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './project-root.ts';

/** The version of this program, such as `0.1.0`. */
export const programVersion = (): string =>
  (JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as { version: string })
    .version;

/** Whether a version such as `20.19.0` is older than another; parts that are missing are 0. */
export function isOlder(version: string, than: string): boolean {
  const [parts, wanted] = [version, than].map((text) => text.split('.').map(Number));
  for (let index = 0; index < Math.max(parts?.length ?? 0, wanted?.length ?? 0); index++) {
    const difference = (parts?.[index] ?? 0) - (wanted?.[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
