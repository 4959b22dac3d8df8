import type { Agent as Connections } from 'undici';
import { Agent } from '../../../lib/http-client.ts';
import { SECOND_MS } from '../../../lib/clock.ts';
import { skippingInterim } from '../../../lib/skip-interim.ts';
import { guardedLookup } from '../../../lib/address-guard.ts';

/**
 * Connections to receivers. `guarded` refuses addresses that are not public; `open` is for channels
 * with `allow_private`.
 */
export type HttpAgents = { guarded: Connections; open: Connections };

/**
 * The whole exchange is bounded by its signal, so undici's own limits, which do not notice a slow
 * drip, are off.
 */
export function openAgents(): HttpAgents {
  const limits = { headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 4 * SECOND_MS };
  return {
    guarded: new Agent({
      ...limits,
      connect: skippingInterim({ timeout: 10 * SECOND_MS, lookup: guardedLookup() }),
    }),
    open: new Agent({ ...limits, connect: skippingInterim({ timeout: 10 * SECOND_MS }) }),
  };
}

/** Ends every connection, also one in the middle of an exchange. */
export async function closeAgents(agents: HttpAgents): Promise<void> {
  await Promise.all([agents.guarded.destroy(), agents.open.destroy()]);
}
