// The API's answers about products, snapshots, alerts, rules, messages and what was spent.
import type { Hono } from 'hono';
import { isoTime, isoTimeOrNull } from '../../lib/clock.ts';
import { alertJson, alertReportJson, readAlert, requireNames } from '../../report/alerts.ts';
import { deliveryJson, deliveryReportJson, readDelivery } from '../../report/deliveries.ts';
import { productJson } from '../../report/product.ts';
import { silenceJson } from '../../report/silences.ts';
import { listAlerts } from '../../store/alerts/alert-log.ts';
import { listSilences } from '../../store/alerts/silences.ts';
import { listDigests } from '../../store/digests/digest-archive.ts';
import { listDeliveries } from '../../store/outbox/delivery-log.ts';
import { DELIVERY_STATES } from '../../store/schema/deliveries.ts';
import { askedCount, askedText, askedWord, pathId } from '../asked.ts';
import { contextOf } from '../context.ts';
import type { Env, WebDeps } from '../deps.ts';
import { askedAlerts } from '../pages/alerts.ts';
import { askCsv, askRows } from '../pages/ask-sql.ts';
import { readCoverage } from '../pages/coverage.ts';
import { readCredits } from '../pages/credits.ts';
import { digestMessage } from '../pages/digests.ts';
import { readDoctor } from '../pages/doctor.ts';
import { readProducts } from '../pages/product.ts';
import { readRules } from '../pages/rules.ts';
import { readSnapshot, snapshotJson } from '../pages/snapshot.ts';
import { readAsking, requireSql } from '../pages/sql.ts';
import { csvAnswer, listAnswer } from './answer.ts';
import { readCursor, writeCursor } from './cursor.ts';

const A_PART = 100;
const MOST = 1_000;

/** Adds all reading routes except those about watches. */
export function addRecords(api: Hono<Env>, deps: WebDeps): void {
  addOfWatches(api, deps);
  addLogs(api, deps);
  addSql(api, deps);
  api.get('/rules', (c) =>
    c.json(
      readRules(contextOf(deps, c)).map(({ lastSlotAt, recent, ...rule }) => ({
        ...rule,
        told_in_30_days: recent,
        last_slot_at: isoTimeOrNull(lastSlotAt),
      })),
    ),
  );
  api.get('/silences', (c) =>
    c.json(listSilences(deps.db).map((silence) => silenceJson(silence, c.get('now')))),
  );
  api.get('/digests', (c) =>
    c.json(
      listDigests(deps.db, MOST).map(({ name, slotAt, sinceAt, createdAt, outcome }) => ({
        digest: name,
        slot_at: isoTime(slotAt),
        since_at: isoTime(sinceAt),
        created_at: isoTime(createdAt),
        outcome,
      })),
    ),
  );
  api.get('/digests/:name', (c) => c.json(digestMessage(contextOf(deps, c), c.req.param('name'))));
  api.get('/credits', (c) => c.json(readCredits(contextOf(deps, c))));
  api.get('/doctor', (c) => c.json(readDoctor(contextOf(deps, c))));
}

function addOfWatches(api: Hono<Env>, deps: WebDeps): void {
  const product = '/watches/:watch/products/:id';
  api.get(product, (c) => {
    const { watch, id } = c.req.param();
    const isCsv = id.endsWith('.csv');
    const asked = contextOf(deps, c);
    const [report] = readProducts(asked, c.req.query(), watch, isCsv ? id.slice(0, -4) : id);
    const json = productJson(report);
    if (!isCsv) return c.json(json);
    const rows = json.history.map(({ change, ...slot }) => ({ ...slot, ...change }));
    const columns = Object.assign({}, ...rows) as object;
    const filled = rows.map((row) => ({ ...blank(columns), ...row }));
    return csvAnswer(c, filled, `product-${watch}-${json.product.id}`);
  });
  for (const form of ['', '.csv'] as const)
    api.get(`/watches/:watch/coverage${form}`, (c) => {
      const { watch } = c.req.param();
      const rows = readCoverage(contextOf(deps, c), watch).map((slot) => ({
        snapshot_id: slot.id,
        slot_at: isoTime(slot.slotAt),
        ...(slot.dataDate === null ? {} : { data_date: slot.dataDate }),
        status: slot.status,
        reason: slot.reason,
        rows: slot.rows,
        origin: slot.origin,
        ...(slot.place === undefined ? {} : { in_lake: slot.place }),
      }));
      return form === '' ? c.json(rows) : csvAnswer(c, rows, `coverage-${watch}`);
    });
  api.get('/snapshots/:id', (c) =>
    c.json(snapshotJson(readSnapshot(deps.db, pathId(c.req.param('id'), 'snapshot')))),
  );
}

const blank = (columns: object): Record<string, null> =>
  Object.fromEntries(Object.keys(columns).map((name) => [name, null]));

/** Logs come in parts; each goes on behind the last row of the part before. */
function addLogs(api: Hono<Env>, deps: WebDeps): void {
  const { db, config } = deps;
  for (const form of ['', '.csv'] as const) {
    api.get(`/alerts${form}`, (c) => {
      const asked = c.req.query();
      const filter = askedAlerts(asked, c.get('now'), config.timezone);
      requireNames({ db, config }, filter);
      const limit = askedCount(asked, 'limit', A_PART, [1, MOST]);
      const [slotAt, id = 0] = readCursor('alerts', asked['cursor']) ?? [];
      const after = slotAt === undefined ? undefined : { slotAt, id };
      const found = listAlerts(db, { ...filter, after }, limit + 1);
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      const rows = shown.map(alertJson);
      if (form === '.csv') return csvAnswer(c, rows, 'alerts');
      const next =
        found.length > limit && last !== undefined
          ? { cursor: writeCursor('alerts', [last.slotAt, last.id]), path: '/api/v1/alerts' }
          : null;
      return listAnswer(c, rows, next);
    });
    api.get(`/deliveries${form}`, (c) => {
      const asked = c.req.query();
      const filter = {
        state: askedWord(asked, 'state', DELIVERY_STATES),
        channel: askedText(asked, 'channel'),
      };
      const limit = askedCount(asked, 'limit', A_PART, [1, MOST]);
      const [before] = readCursor('deliveries', asked['cursor']) ?? [];
      const found = listDeliveries(db, { ...filter, before }, limit + 1);
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      const rows = shown.map(deliveryJson);
      if (form === '.csv') return csvAnswer(c, rows, 'deliveries');
      const next =
        found.length > limit && last !== undefined
          ? { cursor: writeCursor('deliveries', [last.id]), path: '/api/v1/deliveries' }
          : null;
      return listAnswer(c, rows, next);
    });
  }
  api.get('/alerts/:id', (c) =>
    c.json(alertReportJson(readAlert(db, pathId(c.req.param('id'), 'alert')))),
  );
  api.get('/deliveries/:id', (c) =>
    c.json(deliveryReportJson(readDelivery(db, pathId(c.req.param('id'), 'delivery')))),
  );
}

function addSql(api: Hono<Env>, deps: WebDeps): void {
  api.get('/sql', async (c) => {
    const ctx = contextOf(deps, c);
    requireSql(ctx);
    const found = readAsking(ctx);
    if (found === null) return c.json([]);
    const { columns, rows } = await askRows(deps, found.asking, found.saved);
    return c.json(
      rows.map((row) =>
        Object.fromEntries(
          columns.map((name, index) => {
            const value = row[index] ?? null;
            return [name, typeof value === 'bigint' ? String(value) : value];
          }),
        ),
      ),
    );
  });
  api.get('/sql.csv', async (c) => {
    const ctx = contextOf(deps, c);
    requireSql(ctx);
    const found = readAsking(ctx);
    const text = found === null ? '' : await askCsv(deps, found.asking, found.saved);
    return c.body(text, 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="result.csv"',
    });
  });
}
