// A webhook receiver on loopback that does what it is told: statuses, resets, hangs and drips.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Received = {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
};

export type Reply =
  | { status: number; headers?: Record<string, string>; body?: string }
  /** The connection is cut before any answer. */
  | 'reset'
  /** No answer ever. */
  | 'hang'
  /** The head of an answer, byte by byte, never complete. */
  | 'drip head'
  /** 200, and a body that never ends. */
  | 'drip body'
  /** 500, and the connection is cut within the body. */
  | 'cut body';

export type Receiver = {
  url: string;
  received: Received[];
  reply: (request: Received, index: number) => Reply | Promise<Reply>;
  close(): Promise<void>;
};

export async function startReceiver(
  reply: Receiver['reply'] = () => ({ status: 204 }),
): Promise<Receiver> {
  const drips = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const received = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      receiver.received.push(received);
      void Promise.resolve(receiver.reply(received, receiver.received.length - 1)).then((answer) =>
        answerWith(answer, response, drips),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    reply,
    close: () =>
      new Promise((resolve) => {
        for (const drip of drips) clearInterval(drip);
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return receiver;
}

function answerWith(answer: Reply, response: ServerResponse, drips: Set<NodeJS.Timeout>): void {
  const drip = (write: () => void) => {
    const timer = setInterval(write, 20);
    drips.add(timer);
    response.on('close', () => clearInterval(timer));
  };
  if (answer === 'hang') return;
  if (answer === 'reset') response.socket?.resetAndDestroy();
  else if (answer === 'drip head') {
    response.socket?.write('HTTP/1.1 200 OK\r\nx-drip: ');
    drip(() => response.socket?.write('a'));
  } else if (answer === 'drip body') {
    response.writeHead(200).write('a');
    drip(() => response.write('a'));
  } else if (answer === 'cut body') {
    response.writeHead(500, { 'content-length': '1000' }).write('half an answer');
    setImmediate(() => response.socket?.resetAndDestroy());
  } else response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
}
