// An HTTP server on an address of the config.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, messageOf } from './errors.ts';
import { listenText, type ListenAddress } from './listen-address.ts';

export type Listening = {
  /** `http://127.0.0.1:9464`. */
  url: string;
  /** Ends every connection. */
  close(): Promise<void>;
};

/**
 * Listens; port 0 is any free one. `key` is where the config names the address. @throws AppError
 * `address_unusable` when that is not possible.
 */
export async function listenHttp(
  server: Server,
  address: ListenAddress,
  key: string,
): Promise<Listening> {
  server.listen(address.port, address.host);
  try {
    await once(server, 'listening');
  } catch (thrown) {
    throw new AppError(
      'address_unusable',
      `cannot listen on ${listenText(address)}: ${messageOf(thrown)}`,
      { hint: `see ${key} in the config`, cause: thrown },
    );
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${listenText({ host: address.host, port })}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
