// `tidemark check`: do the declared lists fit what the database holds of them?
import { existsSync } from 'node:fs';
import type { Config } from '../../config/config.ts';
import { openToRead } from '../../store/file/open-to-read.ts';
import { findUnfit } from '../../store/series/list-fit.ts';
import type { Io } from '../../terminal/io.ts';
import { wrapText } from '../../words/fit-text.ts';

/**
 * False where the database, if there is one, keeps a list of a watch otherwise than the config
 * declares it: then that was said, with what to do, on stderr or as JSON.
 */
export function fitsDatabase(io: Io, config: Config, json: boolean): boolean {
  const { path, database } = config;
  const unfit = unfitLists(config);
  if (unfit.length === 0) return true;
  if (json) {
    const problems = unfit.map(({ path: at, text, hint }) => ({ path: at, problem: text, hint }));
    io.stdout(`${JSON.stringify({ valid: false, path, database, problems }, null, 2)}\n`);
    return false;
  }
  io.stderr(`${path} does not fit what ${database} holds:\n`);
  for (const { path: at, text, hint } of unfit)
    io.stderr(`${wrapText(`${at}: ${text}; ${hint}`, io.columns, '  ')}\n`);
  return false;
}

function unfitLists(config: Config): ReturnType<typeof findUnfit> {
  if (!existsSync(config.database)) return [];
  const db = openToRead(config.database);
  try {
    return findUnfit(db.raw, config);
  } finally {
    db.close();
  }
}
