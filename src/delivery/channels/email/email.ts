import { createTransport, type SentMessageInfo, type Transporter } from 'nodemailer';
import type { SmtpConfig } from '../../../config/config.ts';
import { deadline, SECOND_MS } from '../../../lib/clock.ts';
import type { Outcome } from '../../outcome.ts';
import { excerptOf } from '../../redaction.ts';
import { smtpSecrets } from './smtp-secrets.ts';
import { smtpFailure } from './smtp-failure.ts';

export type Mailer = {
  transport: Transporter<SentMessageInfo>;
  /** The signals of messages whose bytes have begun to be sent. */
  begun: WeakSet<AbortSignal>;
};

/**
 * Pooled connections to the mail server. TLS is required, unless the URL says `?ignoreTLS=true` or
 * the server is on this machine, where certificates are rarely right and nobody can listen.
 * Parameters of the URL win over everything set here.
 */
export function openMailer(smtp: SmtpConfig): Mailer {
  const url = smtp.url.reveal();
  const begun: Mailer['begun'] = new WeakSet();
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: 5,
    maxMessages: 100,
    // Within one attempt a message is sent again only if nothing of it went out over a
    // connection that had gone stale.
    maxRequeues: 1,
    connectionTimeout: 10 * SECOND_MS,
    greetingTimeout: 10 * SECOND_MS,
    dnsTimeout: 10 * SECOND_MS,
    socketTimeout: 30 * SECOND_MS,
    ...(isThisMachine(new URL(url).hostname) ? { ignoreTLS: true } : { requireTLS: true }),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  // nodemailer's errors do not say whether the server had agreed to take the message. It starts to
  // read the stream of a message exactly then, and never before.
  transport.use('stream', ({ message, data: { signal } }, done) => {
    const createReadStream = message.createReadStream.bind(message);
    message.createReadStream = (options) =>
      createReadStream(options).once('resume', () => signal && begun.add(signal));
    done();
  });
  return { transport, begun };
}

const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);

/** `force` also ends connections that are in the middle of a message. */
export const closeMailer = ({ transport }: Mailer): void => transport.close({ force: true });

export type Mail = { smtp: SmtpConfig; recipient: string; bytes: Buffer };

/**
 * Sends frozen bytes to one recipient. The envelope is given explicitly: an address is never parsed
 * out of a header. Never rejects: whatever happens is an outcome.
 */
export async function sendMail(
  { smtp, recipient, bytes }: Mail,
  { mailer, timeoutMs, signal: stop }: { mailer: Mailer; timeoutMs: number; signal: AbortSignal },
): Promise<Outcome> {
  const limit = deadline(timeoutMs, stop);
  const { signal } = limit;
  const secrets = smtpSecrets(smtp);
  try {
    const sent = await mailer.transport.sendMail({
      envelope: { from: smtp.fromAddress, to: [recipient] },
      raw: bytes,
      signal,
    });
    return {
      kind: 'delivered',
      statusCode: Number(sent.response?.slice(0, 3)) || null,
      excerpt: excerptOf(sent.response ?? '', secrets),
    };
  } catch (thrown) {
    const failure = smtpFailure(thrown, {
      isStopped: stop.aborted,
      isTimedOut: limit.isOver(),
      hadBegun: mailer.begun.has(signal),
    });
    return {
      ...failure,
      excerpt: failure.excerpt === null ? null : excerptOf(failure.excerpt, secrets),
    };
  } finally {
    limit.release();
  }
}
