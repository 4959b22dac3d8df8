// For `tidemark check --connect`: can the mail server and the webhooks be reached? Nobody gets a message.
import { request } from 'undici';
import type { SmtpConfig, WebhookChannel } from '../config/config.ts';
import { isBlockedLiteral } from './channels/http/address-guard.ts';
import { closeMailer, openMailer } from './channels/email/email.ts';
import { failed, failureText, type FailedOutcome } from './outcome.ts';
import { smtpFailure } from './channels/email/smtp-failure.ts';
import { closeAgents, connectionFailure, openAgents } from './channels/http/post.ts';

/** Null when it can be reached, else why not, without secrets. */
export type Reached = string | null;

/** Connects, greets and logs in. */
export async function reachSmtp(smtp: SmtpConfig): Promise<Reached> {
  const mailer = openMailer(smtp);
  try {
    await mailer.transport.verify();
    return null;
  } catch (thrown) {
    return failureText(
      smtpFailure(thrown, { isStopped: false, isTimedOut: false, hadBegun: false }),
    );
  } finally {
    closeMailer(mailer);
  }
}

/** Whether a webhook answers, and with which status; or why not, without secrets. */
export type WebhookReach = { status: number } | { problem: string };

/** HEAD, through the same guard as messages. Which status it answers is another question. */
export async function reachWebhook(
  channel: WebhookChannel,
  timeoutMs: number,
): Promise<WebhookReach> {
  const url = new URL(channel.url.reveal());
  if (!channel.allowPrivate && isBlockedLiteral(url))
    return { problem: failureText(failed('blocked_address')) };
  const agents = openAgents();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const { body, statusCode } = await request(url, {
      method: 'HEAD',
      dispatcher: channel.allowPrivate ? agents.open : agents.guarded,
      signal: timeout,
    });
    await body.dump();
    return { status: statusCode };
  } catch (thrown) {
    const outcome: FailedOutcome = timeout.aborted ? failed('timeout') : connectionFailure(thrown);
    return { problem: failureText(outcome) };
  } finally {
    await closeAgents(agents);
  }
}
