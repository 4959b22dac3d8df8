// For `tidemark check --connect`: can the mail server and the webhooks be reached? Nobody gets a message.
import { request } from 'undici';
import type { SmtpConfig, WebhookChannel } from '../config/config.ts';
import { isBlockedLiteral } from './address-guard.ts';
import { closeMailer, openMailer } from './email.ts';
import { failed, failureText, type FailedOutcome } from './outcome.ts';
import { smtpFailure } from './smtp-failure.ts';
import { closeAgents, connectionFailure, openAgents } from './webhook.ts';

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

/** HEAD, through the same guard as messages. Any answer will do: receivers of POST may well refuse HEAD. */
export async function reachWebhook(channel: WebhookChannel, timeoutMs: number): Promise<Reached> {
  const url = new URL(channel.url.reveal());
  if (!channel.allowPrivate && isBlockedLiteral(url)) return failureText(failed('blocked_address'));
  const agents = openAgents();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const { body } = await request(url, {
      method: 'HEAD',
      dispatcher: channel.allowPrivate ? agents.open : agents.guarded,
      signal: timeout,
    });
    await body.dump();
    return null;
  } catch (thrown) {
    const outcome: FailedOutcome = timeout.aborted ? failed('timeout') : connectionFailure(thrown);
    return failureText(outcome);
  } finally {
    await closeAgents(agents);
  }
}
