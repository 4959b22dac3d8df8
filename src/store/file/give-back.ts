// A file of which much is free gets smaller while it is in use.
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../lib/clock.ts';
import { isRoomy, readRoom } from './free-room.ts';
import { takeInTurns } from './in-turns.ts';
import type { Db } from './open.ts';

/** So much is left for what comes next. */
const LEFT = 0.05;
/** Pages at once: some milliseconds. */
const AT_ONCE = 128;

/**
 * Makes the file smaller where more than a tenth of it is free, until a twentieth is: in turns with
 * the other writers, of some milliseconds each. The disk has it back with the next checkpoint.
 * `signal` ends it early. Returns the bytes given back; 0 in a file that cannot.
 */
export async function giveBackRoom(db: Db, clock: Clock, signal?: AbortSignal): Promise<number> {
  const room = readRoom(db.raw);
  if (!room.canGiveBack || !isRoomy(room)) return 0;
  const pageSize = Number(db.raw.pragma('page_size', { simple: true }));
  let left = Math.floor((room.free - LEFT * room.bytes) / (1 - LEFT) / pageSize);
  const countFree = () => Number(db.raw.pragma('freelist_count', { simple: true }));
  const take = (): number => {
    if (signal?.aborted === true) return 0;
    const wanted = Math.min(AT_ONCE, left);
    const taken = db.transaction(() => {
      const before = countFree();
      db.raw.pragma(`incremental_vacuum(${wanted})`);
      return before - countFree();
    });
    left -= taken;
    return taken;
  };
  const pause = (heldMs: number) =>
    heldMs < 1 ? setImmediate() : clock.sleep(Math.ceil(heldMs / 2));
  return (await takeInTurns(clock, take, { atOnce: AT_ONCE, pause })) * pageSize;
}
