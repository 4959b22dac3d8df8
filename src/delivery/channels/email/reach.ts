// For `tidemark check --connect`: can the mail server be reached? Nobody gets a message.
import type { SmtpConfig } from '../../../config/config.ts';
import { failureText } from '../../outcome.ts';
import { closeMailer, openMailer } from './email.ts';
import { smtpFailure } from './smtp-failure.ts';

/** Connects, greets and logs in. Null when it can be reached, else why not, without secrets. */
export async function reachSmtp(smtp: SmtpConfig): Promise<string | null> {
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
