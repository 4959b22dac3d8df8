// `tidemark backup --as-configured`: makes now what the daemon makes on schedule. The daemon
// starts this command as a process of its own, so that it can go on with its work meanwhile.
import { formatBytes } from '../../lib/size.ts';
import { makeBackup } from '../../backup/make.ts';
import { manifestName } from '../../backup/manifest.ts';
import { openPlace } from '../../backup/open-place.ts';
import { AppError } from '../../lib/errors.ts';
import { plural } from '../../lib/text.ts';
import { programVersion } from '../../lib/version.ts';
import { readAppConfig } from '../../open-app.ts';
import type { Io } from '../../terminal/io.ts';

export type ConfiguredArgs = {
  config?: string | undefined;
  database?: string | undefined;
  out?: string | undefined;
  keep?: number | undefined;
  json?: boolean | undefined;
};

const WORDS = {
  copy: 'copying …',
  verify: 'verifying the copy …',
  compress: 'compressing …',
  resume: 'going on with a backup that was interrupted …',
  send: 'sending …',
};

/** Prints where it is; as JSON its manifest. Exit code 0: what fails is thrown. */
export async function runBackupAsConfigured(io: Io, args: ConfiguredArgs): Promise<number> {
  for (const key of ['database', 'out', 'keep'] as const)
    if (args[key] !== undefined)
      throw new AppError('usage', `--${key} does not go with --as-configured`);
  const { backup, database } = readAppConfig(io, args.config, 'needed');
  if (backup === null)
    throw new AppError('usage', 'the config has no backup section', {
      hint: 'give it schedule and to, or leave --as-configured away',
    });
  const place = await openPlace(backup.to, io.clock, database);
  const job = { database, place, keepMs: backup.keepMs, version: programVersion() };
  const { manifest, deleted } = await makeBackup(job, io.clock, (step) =>
    io.stderr(`${WORDS[step]}\n`),
  );
  if (args.json) {
    io.stdout(`${JSON.stringify({ place: place.text, ...manifest, deleted }, null, 2)}\n`);
    return 0;
  }
  const older = deleted.length === 0 ? '' : `, ${plural(deleted.length, 'older file')} deleted`;
  io.stdout(
    `${place.text}/${manifest.file}\n${formatBytes(manifest.bytes)}, ${plural(manifest.snapshots, 'snapshot')} up to ${manifest.newest_slot_at ?? 'none'}${older}; described by ${manifestName(manifest.file)}\n`,
  );
  return 0;
}
