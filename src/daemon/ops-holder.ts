import type { ListenAddress } from '../lib/listen-address.ts';
import type { Listening } from '../lib/listen-http.ts';
import type { Log } from '../lib/log.ts';
import { messageOf } from '../lib/errors.ts';
import type { OpsContext } from '../ops/ops-facts.ts';
import { startOpsServer } from '../ops/server.ts';

export type OpsHolder = {
  /** Serves where the config says now. What cannot be served there is said in the log. */
  follow(): void;
  close(): Promise<void>;
};

/**
 * Serves health and metrics where the config says so, if it does. Resolves once they are served.
 * @throws AppError `address_unusable` when that is not possible at the start.
 */
export async function holdOps(context: OpsContext, log: Log): Promise<OpsHolder> {
  let server: Listening | null = null;
  let at: ListenAddress | null = null;
  const move = async () => {
    const wanted = context.config().web.opsListen;
    if (isSame(wanted, at)) return;
    await server?.close();
    server = null;
    at = wanted;
    if (wanted === null) return;
    server = await startOpsServer(wanted, context, log);
    log.info({ url: server.url }, 'serving health and metrics');
  };
  await move();
  let moving = Promise.resolve();
  const tell = (thrown: unknown) => {
    at = null;
    log.error({ err: messageOf(thrown) }, 'health and metrics are not served');
  };
  return {
    follow: () => {
      moving = moving.then(move).catch(tell);
    },
    close: async () => {
      await moving;
      await server?.close();
    },
  };
}

const isSame = (a: ListenAddress | null, b: ListenAddress | null): boolean =>
  a?.host === b?.host && a?.port === b?.port;
