// What was asked at the prompt before, in a file that several prompts share: each only adds lines.
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How many lines are kept; the file may hold several times as many before it is cut. */
export const HISTORY_LINES = 1_000;
const CUT_AT = 4 * HISTORY_LINES;

/** The place that XDG has for state; null without a home. */
export function historyPath(env: NodeJS.ProcessEnv): string | null {
  const state = env['XDG_STATE_HOME'] || (env['HOME'] && join(env['HOME'], '.local', 'state'));
  return state ? join(state, 'tidemark', 'sql-history') : null;
}

/**
 * Newest first, each once, as readline wants it. Empty when there is none, or none that can be
 * read: a prompt works without.
 */
export function readHistory(path: string | null): string[] {
  if (path === null) return [];
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    const newest = [...new Set(lines.filter((line) => line !== '').reverse())];
    const kept = newest.slice(0, HISTORY_LINES);
    if (lines.length > CUT_AT) replace(path, [...kept].reverse());
    return kept;
  } catch {
    return [];
  }
}

/**
 * Adds a line behind those of all prompts. If the home cannot be written, the query is answered all
 * the same.
 */
export function addToHistory(path: string | null, line: string | undefined): void {
  if (path === null || line === undefined || line.trim() === '') return;
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Queries may hold things that are nobody else's business.
    appendFileSync(path, `${line.replace(/\n/g, ' ')}\n`, { mode: 0o600 });
  } catch {
    // It could not be written: see above.
  }
}

function replace(path: string, lines: readonly string[]): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${lines.join('\n')}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}
