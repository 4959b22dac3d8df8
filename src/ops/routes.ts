// /healthz, /readyz and /metrics as functions from a path to an answer, for whatever server serves
// them.
import { isoTime } from '../lib/clock.ts';
import type { OpsContext } from './ops-facts.ts';
import { checkReadiness } from './readiness.ts';

export type OpsAnswer = { status: number; contentType: string; body: string };

/**
 * What is answered at a path; null: it is none of these. None needs a password, and none names a
 * product.
 */
export async function answerOps(path: string, context: OpsContext): Promise<OpsAnswer | null> {
  if (path === '/healthz') return health(context);
  if (path === '/readyz') return readiness(context);
  if (path !== '/metrics') return null;
  // Loaded by the first request: most daemons never get one.
  const { renderMetrics } = await import('./metrics.ts');
  return { status: 200, ...(await renderMetrics(context)) };
}

/** That it answers at all is what matters: timers and the event loop work. */
const health = ({ note }: OpsContext): OpsAnswer => {
  const { version, startedAt } = note();
  return json(200, { status: 'ok', version, started_at: isoTime(startedAt) });
};

/** 503 when something is wrong, with what that is. */
function readiness(context: OpsContext): OpsAnswer {
  const checks = checkReadiness(context);
  const isReady = checks.every(({ level }) => level !== 'fail');
  return json(isReady ? 200 : 503, {
    status: isReady ? 'ready' : 'not ready',
    checks: checks.map(({ name, level, text }) => ({ name, ok: level !== 'fail', text })),
  });
}

const json = (status: number, value: object): OpsAnswer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: `${JSON.stringify(value, null, 2)}\n`,
});
