// A pure function: what nodemailer throws → the failure that it means.
import { failed, type FailedOutcome, type Failure } from '../../outcome.ts';

/**
 * The parts of a nodemailer error that tell what happened. Its messages are never kept, since they
 * name hosts.
 */
type SmtpError = {
  code?: string;
  originalCode?: string;
  command?: string;
  responseCode?: number;
  response?: string;
};

export type Circumstances = {
  /** True while Tidemark is stopping. */
  isStopped: boolean;
  /** The attempt took longer than it may. */
  isTimedOut: boolean;
  /** The server had agreed to take the message, and its bytes had begun to flow. */
  hadBegun: boolean;
};

/** What each SMTP failure means for the delivery and for its channel. */
export function smtpFailure(thrown: unknown, circumstances: Circumstances): FailedOutcome {
  const error = (thrown instanceof Error ? thrown : {}) as SmtpError;
  const answer = {
    statusCode: error.responseCode ?? null,
    excerpt: error.response ?? null,
    detail: detailOf(error),
  };
  return failed(failureOf(error, circumstances), answer);
}

function failureOf(
  { code = '', originalCode = '', command = '', responseCode = 0, response = '' }: SmtpError,
  { isStopped, isTimedOut, hadBegun }: Circumstances,
): Failure {
  if (responseCode > 0 && code !== 'EAUTH' && code !== 'ETLS')
    return failureOfReply(command, responseCode, response);
  // RFC 1047: between the final dot and the reply nobody knows whether the mail was taken.
  // Sending it twice is the lesser evil.
  if (hadBegun) return 'smtp_unconfirmed';
  if (isStopped) return 'stopped';
  if (isTimedOut || code === 'ETIMEDOUT') return 'timeout';
  if (code === 'EAUTH' || code === 'ENOAUTH' || code === 'EOAUTH2')
    return responseCode >= 400 && responseCode < 500 ? 'smtp_unavailable' : 'smtp_login';
  if (code === 'ETLS' || code === 'EREQUIRETLS' || isCertificateCode(originalCode))
    return 'smtp_tls';
  if (code === 'EDNS') return 'dns';
  if (code === 'ECONFIG' || code === 'EPROTOCOL' || code === 'EENVELOPE') return 'smtp_setup';
  if (code === 'EMESSAGE') return 'message_refused';
  return 'connection';
}

function failureOfReply(command: string, reply: number, response: string): Failure {
  const isPermanent = reply >= 500;
  if (command === 'RCPT TO')
    return isPermanent ? failureOfRefusal(reply, response) : 'recipient_deferred';
  if (command === 'DATA') return isPermanent ? 'message_refused' : 'smtp_unavailable';
  return isPermanent ? 'smtp_setup' : 'smtp_unavailable';
}

/**
 * A refusal at RCPT TO need not mean that the address is wrong. RFC 3463: X.7.* is security and
 * policy (relaying, a blocked sender), X.2.2 a full mailbox; RFC 5321: 552 is one too. Without such
 * a code, the words of the reply decide.
 */
function failureOfRefusal(reply: number, response: string): Failure {
  const status = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  if (status === undefined) {
    if (reply === 552) return 'mailbox_full';
    return /\brelay/i.test(response) ? 'recipient_policy' : 'recipient_refused';
  }
  if (status === '5.2.2') return 'mailbox_full';
  return status.startsWith('5.7.') ? 'recipient_policy' : 'recipient_refused';
}

const isCertificateCode = (code: string): boolean =>
  /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/.test(code);

function detailOf({ code, originalCode, command, responseCode }: SmtpError): string | null {
  const step =
    command === undefined || command === 'CONN' || command === 'API' ? '' : ` at ${command}`;
  if (responseCode !== undefined) return `SMTP ${responseCode}${step}`;
  const reason = originalCode ?? code;
  return reason === undefined ? null : `${reason}${step}`;
}
