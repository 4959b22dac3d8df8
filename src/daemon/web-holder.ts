import type { Config } from '../config/config.ts';
import type { WebThread, WebThreadDeps } from '../web/serve/start-worker.ts';

export type WebHolder = {
  /** Serves where the config says now. */
  follow(): void;
  close(): Promise<void>;
};

/**
 * Serves the page on a thread of its own, if the config says so. If not, none of its code is
 * loaded.
 */
export function holdWeb(config: () => Config, deps: Omit<WebThreadDeps, 'config'>): WebHolder {
  let thread: WebThread | null = null;
  let isClosed = false;
  const move = async () => {
    await thread?.stop();
    thread = null;
    const wanted = config();
    if (isClosed || wanted.web.listen === null) return;
    const { startWebThread } = await import('../web/serve/start-worker.ts');
    thread = startWebThread({ ...deps, config: wanted });
  };
  let moving = move();
  return {
    follow: () => {
      moving = moving.then(move);
    },
    close: async () => {
      isClosed = true;
      await moving;
      await thread?.stop();
    },
  };
}
