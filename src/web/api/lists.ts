// The API's answers about watches: what status, top and movers print.
import type { Context, Hono } from 'hono';
import { moversJson, readMovers } from '../../report/movers.ts';
import { findShown } from '../../report/shown.ts';
import { statusJson } from '../../report/status-json.ts';
import { readStatus } from '../../report/status.ts';
import { listLeaders, type ChangeRow, type Comparison } from '../../store/reading/leaderboard.ts';
import { listWatchNames } from '../../store/reading/names.ts';
import { withCommands } from '../../words/as-called.ts';
import { askedAt, askedCompare, askedCount } from '../asked.ts';
import type { Env, WebDeps } from '../deps.ts';
import { readLeaders } from '../pages/leaders.ts';
import { csvAnswer } from './answer.ts';

const FILTERS = ['show', 'sort', 'q', 'category', 'page', 'rows'];
const MOST = 1_000_000;

/** Adds /status, /watches, and leaderboard and movers of a watch. */
export function addLists(api: Hono<Env>, deps: WebDeps): void {
  const { db, config } = deps;
  api.get('/status', (c) => {
    const status = statusJson(readStatus(db, config, c.get('now')), config);
    return c.json(withCommands(deps.called, status));
  });
  api.get('/watches', (c) => {
    const { watches } = statusJson(readStatus(db, config, c.get('now')), config);
    const known = new Set(watches.map(({ watch }) => watch));
    const gone = listWatchNames(db).filter((name) => !known.has(name));
    return c.json([...watches, ...gone.map((watch) => ({ watch, last: null }))]);
  });
  const forms: readonly [
    '.csv' | '',
    (c: Context<Env>, rows: ChangeRow[], name: string) => Response,
  ][] = [
    ['', (c, rows) => c.json(rows)],
    ['.csv', csvAnswer],
  ];
  for (const [form, answer] of forms) {
    api.get(`/watches/:watch/leaderboard${form}`, (c) => {
      const { watch } = c.req.param();
      const comparison = comparisonOf(c, deps, watch);
      const rows = comparison === null ? [] : leaderRows(c, deps, comparison);
      return answer(c, rows, `leaderboard-${watch}`);
    });
    api.get(`/watches/:watch/movers${form}`, (c) => {
      const { watch } = c.req.param();
      const comparison = comparisonOf(c, deps, watch);
      const limit = askedCount(c.req.query(), 'limit', MOST, [1, MOST]);
      const rows = comparison === null ? [] : moversJson(readMovers(db, comparison), limit);
      return answer(c, rows, `movers-${watch}`);
    });
  }
}

/**
 * Puts the dates of what is compared into headers: rows alone do not show that there was nothing to
 * compare with.
 */
function comparisonOf(c: Context<Env>, { db, config }: WebDeps, watch: string): Comparison | null {
  const asked = c.req.query();
  const query = { watch, compare: askedCompare(asked), at: askedAt(asked, config.timezone) };
  const { comparison } = findShown({ db, config }, query, c.get('now'));
  if (comparison === null) return null;
  const { snapshot, baseline } = comparison;
  c.header('tidemark-snapshot', String(snapshot.id));
  if (baseline !== null) c.header('tidemark-baseline', String(baseline.id));
  return comparison;
}

/** All rows, as `top --json` has them; or those that the page would show. */
function leaderRows(c: Context<Env>, { db }: WebDeps, comparison: Comparison): ChangeRow[] {
  const asked = c.req.query();
  if (!FILTERS.some((name) => asked[name] !== undefined)) return listLeaders(db, comparison);
  const { rows } = readLeaders(db, comparison, { ...asked, rows: asked['rows'] ?? '1000' });
  return [...rows];
}
