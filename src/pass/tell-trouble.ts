// What a pass shows to be wrong, put into the outbox.
import { watchForTrouble } from '../alert/watch-for-trouble.ts';
import { enqueue } from '../delivery/enqueue.ts';

/** Writes down the troubles that a pass shows, and enqueues their messages. Run inside its transaction. */
export function tellTrouble(
  context: Parameters<typeof watchForTrouble>[0],
  pass: Parameters<typeof watchForTrouble>[1],
): void {
  const { id: snapshotId, watchId } = pass.snapshot;
  const { db, now } = context;
  for (const { key, message, channels } of watchForTrouble(context, pass))
    for (const to of channels) enqueue(db, { key, message, ...to, watchId, snapshotId, now });
}
