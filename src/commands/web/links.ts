// `tidemark web links revoke`: links of mails that mute and unsubscribe hold no more.
import type { ReadDeps } from '../../report/known-names.ts';
import { deleteKey } from '../../store/web/keys.ts';
import type { Io } from '../../terminal/io.ts';

/** Revokes those of every mail so far; the next mail has links that hold. */
export function runLinksRevoke(io: Io, { db }: ReadDeps): number {
  io.stdout(
    deleteKey(db, 'links')
      ? 'Links of mails that were sent so far neither mute nor unsubscribe any more.\n'
      : 'No mail had such links.\n',
  );
  return 0;
}
