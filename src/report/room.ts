// How large the database file is, how much of it is free, and what can be done about that.
import { formatBytes } from '../lib/size.ts';
import { isRoomy, type FileRoom } from '../store/file/free-room.ts';

/** Of a file of which much is free. */
export const freeText = ({ free, canGiveBack }: FileRoom): string =>
  canGiveBack
    ? `${formatBytes(free)} of it are free, and go back to the disk once a day, or by tidemark prune`
    : `${formatBytes(free)} of it are free, and are filled again; a smaller file: tidemark backup, then tidemark restore, and from then on by itself`;

/** What to know after much was deleted; empty where there is nothing to say. */
export function roomText({ givenBack, room }: { givenBack: number; room: FileRoom }): string {
  const gave =
    givenBack > 0 ? `${formatBytes(givenBack)} of the file went back to the disk.\n` : '';
  return isRoomy(room)
    ? `${gave}The file has ${formatBytes(room.bytes)}; ${freeText(room)}.\n`
    : gave;
}

/** `givenBack`: null where nothing was to be given back. */
export const roomJson = ({ bytes, free, canGiveBack }: FileRoom, givenBack: number | null) => ({
  bytes,
  free,
  can_give_back: canGiveBack,
  ...(givenBack !== null && { given_back: givenBack }),
});
