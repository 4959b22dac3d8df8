// `tidemark digest NAME`: shows a digest, or sends one now.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Digest } from '../../config/config.ts';
import { digestMail } from '../../delivery/digest/mail.ts';
import { digestParts, withSubject } from '../../delivery/digest/parts.ts';
import { deliverDue } from '../../delivery/dispatch.ts';
import { announceDigest } from '../../digest/run-due.ts';
import { isoTime } from '../../lib/clock.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import { parseMoment } from '../../lib/moment.ts';
import { plural, withoutIsolates } from '../../lib/text.ts';
import type { DigestMessage } from '../../message/digest.ts';
import {
  readDigest,
  requireDigest,
  type AskedPeriod,
  type DigestReport,
} from '../../report/digests.ts';
import type { ReadDeps } from '../../report/known-names.ts';
import type { Io } from '../../terminal/io.ts';
import { openFile } from '../../terminal/open-file.ts';
import { readAt } from '../../terminal/options.ts';
import { deliveryDeps } from '../running/snapshot.ts';

export type DigestArgs = {
  name: string;
  /** The scheduled digest of a date or instant; without it, one of a period that ends now. */
  period?: string | undefined;
  /** All of its rows, though its config asks for a short one. */
  full?: boolean | undefined;
  /** Show the HTML part in the browser. */
  open?: boolean | undefined;
  /** Write all parts into this folder. */
  out?: string | undefined;
  /** Send it to its channels, now. */
  send?: boolean | undefined;
  json?: boolean | undefined;
};

/**
 * Prints the text part, unless it is written, opened or sent instead; as JSON the message with all
 * its facts.
 */
export async function runDigest(io: Io, args: DigestArgs, deps: ReadDeps): Promise<number> {
  const digest = requireDigest(deps.config, args.name);
  const asked = readPeriod(args.period, digest.timezone);
  const report = readDigest(deps, digest, asked, io.clock.now());
  const message = args.full ? inFull(report.message) : report.message;
  if (message.data.quiet && digest.whenQuiet === 'skip')
    io.stderr(
      `All quiet: on schedule, this one would be skipped (digests.${digest.name}.when_quiet).\n`,
    );
  if (args.json) io.stdout(`${JSON.stringify(message, null, 2)}\n`);
  const isWritten = args.out !== undefined || args.open === true;
  if (isWritten) await writeParts(io, args, deps, { ...report, message });
  if (args.send) return send(io, deps, digest, message);
  if (!args.json && !isWritten)
    io.stdout(
      withoutIsolates(
        withSubject(digestMail(message, digest.notify[0] ?? 'preview', undefined, io.called)),
      ),
    );
  return 0;
}

const inFull = (message: DigestMessage): DigestMessage => ({
  ...message,
  data: { ...message.data, detail: 'full' },
});

function readPeriod(text: string | undefined, timeZone: string): AskedPeriod | undefined {
  const endAt = readAt(text, timeZone, '--period');
  if (text === undefined || endAt === undefined) return undefined;
  return { text, startAt: parseMoment(text, timeZone, 'start') ?? endAt, endAt };
}

/** Writes all parts into the folder named, or into one made for it; with `open` shows the page. */
async function writeParts(
  io: Io,
  { name, out, open }: DigestArgs,
  { config }: ReadDeps,
  { message, writtenAt }: DigestReport,
): Promise<void> {
  const folder =
    out === undefined
      ? mkdtempSync(join(tmpdir(), 'tidemark-digest-'))
      : makeFolder(resolve(io.cwd, out));
  const parts = await digestParts(
    digestMail(message, 'preview', undefined, io.called),
    config.smtp,
    writtenAt,
  );
  const files = Object.entries(parts).map(([ending, part]) => {
    const path = join(folder, `${name}.${ending}`);
    writeFileSync(path, part);
    return path;
  });
  io.stderr(files.map((file) => `wrote ${file}\n`).join(''));
  const page = join(folder, `${name}.html`);
  if (open && !(await openFile(page, io.env)))
    throw new AppError('usage', 'nothing here opens files', {
      hint: `open it yourself: ${page}`,
    });
}

function makeFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
    return path;
  } catch (thrown) {
    throw new AppError('usage', `cannot make the folder ${path}: ${messageOf(thrown)}`);
  }
}

/** It has a key of its own, so that the scheduled digest is sent all the same. */
async function send(
  io: Io,
  { db, config }: ReadDeps,
  digest: Digest,
  message: DigestMessage,
): Promise<number> {
  if (digest.notify.length === 0)
    throw new AppError('usage', `the digest ${digest.name} notifies no channel`, {
      hint: `name one in digests.${digest.name}.notify`,
    });
  const queued = db.transaction(() =>
    announceDigest(
      { db, config, clock: io.clock },
      digest,
      message.data,
      `digest/${digest.name}/by-hand/${isoTime(io.clock.now())}`,
    ),
  );
  const { delivered } = await deliverDue(deliveryDeps(io, db, config));
  io.stderr(
    `${plural(queued, 'notification')} queued, ${plural(delivered, 'message')} delivered. All of them: tidemark deliveries\n`,
  );
  return 0;
}
