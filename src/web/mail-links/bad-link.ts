// What both links of mails share: what is said of one that does not hold, and reading their forms.
import type { SignedLink } from '../../delivery/signed-link.ts';
import { Refusal } from '../http/refusal.ts';

type Unfit = 'unknown' | 'old' | SignedLink;

/** What to say of a link that does not hold, or is for something else. */
export const badLink = (found: Unfit): Refusal =>
  found === 'old'
    ? new Refusal(403, 'this link is past its time', { hint: 'a newer mail has a newer one' })
    : new Refusal(403, 'this link does not hold: it is not whole, or was revoked', {
        hint: 'a newer mail has another one',
      });

/** One text of a form; empty where it has none of that name. */
export function formText(form: Readonly<Record<string, unknown>>, name: string): string {
  const value = form[name];
  return typeof value === 'string' ? value : '';
}
