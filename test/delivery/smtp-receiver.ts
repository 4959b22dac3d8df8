// A mail server on loopback with scripted faults.
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type ReceivedMail = { from: string; to: string[]; raw: string };

/** What the server says at a step: nothing (all is well), a reply, or it falls silent or hangs up. */
export type Verdict = null | { code: number; text: string } | 'silent' | 'hang up';

export type SmtpScript = {
  /** Default: whoever comes is let in. */
  login?: (user: string, password: string) => Verdict;
  sender?: (address: string) => Verdict;
  recipient?: (address: string) => Verdict;
  /** After the final dot: the mail counts as received, whatever is said. */
  data?: (mail: ReceivedMail, index: number) => Verdict;
};

export type SmtpReceiver = {
  port: number;
  url: string;
  mails: ReceivedMail[];
  script: SmtpScript;
  /** As a server does after some minutes. */ dropConnections(): void;
  close(): Promise<void>;
};

export async function startSmtp(
  script: SmtpScript = {},
  options: { startTls?: boolean } = {},
): Promise<SmtpReceiver> {
  const answer = (
    verdict: Verdict,
    hangUp: () => void,
    callback: (error?: Error | null) => void,
  ) => {
    if (verdict === 'silent') return;
    if (verdict === 'hang up') hangUp();
    else
      callback(
        verdict === null
          ? null
          : Object.assign(new Error(verdict.text), { responseCode: verdict.code }),
      );
  };
  const sockets = new Map<string, () => void>();
  const hangUp = (remotePort: number) => () => sockets.get(`${remotePort}`)?.();
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    hideSTARTTLS: options.startTls !== true,
    disabledCommands: options.startTls === true ? [] : ['STARTTLS'],
    closeTimeout: 100,
    onAuth: (auth, session, callback) => {
      const verdict = receiver.script.login?.(auth.username ?? '', auth.password ?? '') ?? null;
      if (verdict === null) return callback(null, { user: auth.username ?? '' });
      answer(verdict, hangUp(session.remotePort), (error) => callback(error));
    },
    onMailFrom: (address, session, callback) =>
      answer(
        receiver.script.sender?.(address.address) ?? null,
        hangUp(session.remotePort),
        callback,
      ),
    onRcptTo: (address, session, callback) =>
      answer(
        receiver.script.recipient?.(address.address) ?? null,
        hangUp(session.remotePort),
        callback,
      ),
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address;
        const mail = {
          from,
          to: session.envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString('latin1'),
        };
        receiver.mails.push(mail);
        answer(
          receiver.script.data?.(mail, receiver.mails.length - 1) ?? null,
          hangUp(session.remotePort),
          callback,
        );
      });
    },
  });
  server.on('error', () => undefined);
  server.server.on('connection', (socket) => {
    const id = `${socket.remotePort}`;
    socket.on('error', () => undefined);
    sockets.set(id, () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const receiver: SmtpReceiver = {
    port,
    url: `smtp://127.0.0.1:${port}`,
    mails: [],
    script,
    dropConnections: () => {
      for (const destroy of sockets.values()) destroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const destroy of sockets.values()) destroy();
        server.close(() => resolve());
      }),
  };
  return receiver;
}
