// `tidemark lake thin`: what is older than `retention.observations.all` and in the lake, verified,
// leaves the database. The daemon starts this command once a day as a process of its own.
import { thinToLake, type LakeThinning } from '../../history/lake/thin.ts';
import { AppError } from '../../lib/errors.ts';
import { plural } from '../../lib/text.ts';
import { readAppConfig } from '../../open-app.ts';
import type { Io } from '../../terminal/io.ts';
import { roomJson, roomText } from '../../report/room.ts';
import { thinningJson, thinningText } from '../../terminal/thinning-text.ts';
import type { LakeArgs } from './open.ts';

export type LakeThinArgs = LakeArgs & { dryRun?: boolean | undefined };

/**
 * Prints what left, and why more did not. Exit code 0; 1 when it was stopped half-way.
 * @throws AppError `usage` when the config has no such tier.
 */
export async function runLakeThin(io: Io, args: LakeThinArgs, stop: AbortSignal): Promise<number> {
  const { thinned, text } = await thinAsConfigured(io, args, stop);
  io.stdout(
    args.json ? `${JSON.stringify(lakeThinningJson(thinned, args.dryRun), null, 2)}\n` : text,
  );
  if (!args.json && !args.dryRun) io.stderr(roomText(thinned));
  return stop.aborted ? 1 : 0;
}

/** Thins as the config says: what came of it, and that in words. */
export async function thinAsConfigured(
  io: Io,
  args: LakeThinArgs,
  signal: AbortSignal,
): Promise<{ thinned: LakeThinning; text: string }> {
  const config = readAppConfig(io, args.config, 'needed', null);
  const dryRun = args.dryRun === true;
  const thinned = await thinToLake(config, { clock: io.clock, dryRun, signal });
  const allMs = config.retention.observationsMs;
  if (thinned === null || allMs === null)
    throw new AppError('usage', 'the config keeps the history out of the lake alone', {
      hint: 'retention: { observations: { all: 400d, then: lake } }',
    });
  const verb = dryRun ? 'would go' : 'gone';
  const text = thinningText(thinned.watches, allMs, `in ${thinned.place}`, verb, io);
  return { thinned, text: `${text}${heldText(thinned)}` };
}

const heldText = ({ held }: LakeThinning): string =>
  held
    .map(({ reason, snapshots }) => `${plural(snapshots, 'snapshot')} held back: ${reason}\n`)
    .join('');

/** The shape of `lake thin --json`, and of `lake` in `prune --json`. */
export const lakeThinningJson = (
  { place, watches, held, givenBack, room }: LakeThinning,
  dryRun: boolean | undefined,
) => ({
  dry_run: dryRun === true,
  place,
  watches: watches.map(thinningJson),
  held,
  file: roomJson(room, givenBack),
});
