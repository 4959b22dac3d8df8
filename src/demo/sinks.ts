// Where the demo's messages end up: a real SMTP server and a real webhook receiver on loopback,
// which keep what they get.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type MailSink = { port: number; mails: Buffer[]; close(): Promise<void> };
export type HookCall = { headers: Record<string, string>; body: string };
export type HookSink = { url: string; calls: HookCall[]; close(): Promise<void> };

/** Accepts every mail, without login or TLS. */
export async function openMailSink(): Promise<MailSink> {
  const mails: Buffer[] = [];
  const server = new SMTPServer({
    authOptional: true,
    // It would ask the name server who 127.0.0.1 is, at each connection.
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks));
        callback();
      });
    },
  });
  // A client that hangs up is none of the demo's business.
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    port: (listening.address() as AddressInfo).port,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Answers 204 to every POST. */
export async function openHookSink(): Promise<HookSink> {
  const calls: HookCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push({
        headers: request.headers as Record<string, string>,
        body: Buffer.concat(chunks).toString(),
      });
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const closed = once(server, 'close');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tidemark`,
    calls,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
