// `/api/v1`: the functions of the pages, with the shapes that the commands print as JSON.
import type { Hono } from 'hono';
import { OPEN_API } from '../assets.ts';
import type { Env, WebDeps } from '../deps.ts';
import { addBacktest } from './backtest.ts';
import { addEvents } from './events.ts';
import { addLists } from './lists.ts';
import { addRecords } from './records.ts';
import { addWrites } from './writes.ts';

/** Adds the API. */
export function addApi(app: Hono<Env>, deps: WebDeps): void {
  const api = app.basePath('/api/v1');
  addLists(api, deps);
  addRecords(api, deps);
  addBacktest(api, deps);
  addWrites(api, deps);
  addEvents(api, deps);
  api.get('/openapi.json', (c) => {
    const document = deps.assets.get(OPEN_API);
    return document === undefined
      ? c.notFound()
      : c.body(document.body, 200, { 'content-type': document.type });
  });
}
