// `tidemark digest NAME`: shows a digest, or sends one now.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Config, Digest } from '../../config/config.ts';
import { digestMail } from '../../delivery/digest/mail.ts';
import { deliverDue } from '../../delivery/dispatch.ts';
import { buildEmail } from '../../delivery/channels/email/email-message.ts';
import type { EmailContent } from '../../delivery/render/email-content.ts';
import { buildDigest } from '../../digest/build.ts';
import { periodUntil, regularPeriod, type Period } from '../../digest/period.ts';
import { announceDigest } from '../../digest/run-due.ts';
import { isoTime, type Instant } from '../../lib/clock.ts';
import { AppError, messageOf } from '../../lib/errors.ts';
import { parseMoment } from '../../lib/moment.ts';
import { nearest } from '../../lib/nearest.ts';
import { plural, withoutIsolates } from '../../lib/text.ts';
import type { DigestMessage } from '../../message/digest.ts';
import { lastSlot } from '../../schedule/slots.ts';
import { findDigestRecord, findLastDigest, findToldPeriods } from '../../store/digests/digests.ts';
import type { Io } from '../../terminal/io.ts';
import { openFile } from '../../terminal/open-file.ts';
import { readAt } from '../../terminal/options.ts';
import type { ReadDeps } from '../../report/known-names.ts';
import { deliveryDeps } from '../running/snapshot.ts';

export type DigestArgs = {
  name: string;
  /** The scheduled digest of a date or instant; without it, one of a period that ends now. */
  period?: string | undefined;
  /** Show the HTML part in the browser. */
  open?: boolean | undefined;
  /** Write all parts into this folder. */
  out?: string | undefined;
  /** Send it to its channels, now. */
  send?: boolean | undefined;
  json?: boolean | undefined;
};

/** Prints the text part, unless it is written, opened or sent instead; as JSON the message with all its facts. */
export async function runDigest(io: Io, args: DigestArgs, deps: ReadDeps): Promise<number> {
  const { db, config } = deps;
  const digest = requireDigest(config, args.name);
  const { period, writtenAt } = readPeriod(io, deps, digest, args.period);
  const data = buildDigest(db, {
    config,
    digest,
    period,
    origin: args.period === undefined ? 'manual' : 'schedule',
  });
  const message: DigestMessage = { type: 'digest.ready', timestamp: isoTime(writtenAt), data };
  if (data.quiet && digest.whenQuiet === 'skip')
    io.stderr(
      `All quiet: on schedule, this one would be skipped (digests.${digest.name}.when_quiet).\n`,
    );
  if (args.json) io.stdout(`${JSON.stringify(message, null, 2)}\n`);

  if (args.out !== undefined || args.open) {
    const folder =
      args.out === undefined
        ? mkdtempSync(join(tmpdir(), 'tidemark-digest-'))
        : makeFolder(resolve(io.cwd, args.out));
    const files = await writeParts(
      folder,
      digest.name,
      digestMail(message, 'preview'),
      config,
      writtenAt,
    );
    io.stderr(files.map((file) => `wrote ${file}\n`).join(''));
    const page = join(folder, `${digest.name}.html`);
    if (args.open && !(await openFile(page, io.env)))
      throw new AppError('usage', 'nothing here opens files', {
        hint: `open it yourself: ${page}`,
      });
  }
  if (args.send) return send(io, deps, digest, message);
  if (!args.json && args.out === undefined && !args.open)
    io.stdout(withoutIsolates(withSubject(digestMail(message, digest.notify[0] ?? 'preview'))));
  return 0;
}

function requireDigest({ digests }: Config, name: string): Digest {
  const digest = digests.find((candidate) => candidate.name === name);
  if (digest !== undefined) return digest;
  const names = digests.map((candidate) => candidate.name);
  const meant = nearest(name, names);
  throw new AppError('not_found', `there is no digest ${JSON.stringify(name)}`, {
    hint:
      meant !== undefined
        ? `did you mean ${meant}?`
        : names.length > 0
          ? `there is: ${names.join(', ')}`
          : 'add one under digests in the config',
  });
}

/**
 * The last digest that was due by then. What was written is looked up first, and keeps its period and its time, also when
 * the schedule was edited since; any other has the regular one, as if it had been written when it was due.
 */
function readPeriod(
  io: Io,
  { db }: ReadDeps,
  digest: Digest,
  text: string | undefined,
): { period: Period; writtenAt: Instant } {
  const until = readAt(text, digest.timezone, '--period');
  const now = io.clock.now();
  if (text === undefined || until === undefined)
    return { period: periodUntil(digest, now), writtenAt: now };
  // Of a day that is not over, up to now.
  const hasBegun = (parseMoment(text, digest.timezone, 'start') ?? until) <= now;
  const at = Math.min(until, now);
  const slotAt = lastSlot(digest.schedule, digest.timezone, at);
  if (slotAt === null || !hasBegun)
    throw new AppError('usage', `the digest of ${text} is not due yet`);
  const regular = regularPeriod(digest, slotAt);
  const written = findLastDigest(db, digest.name, at);
  const isCurrent = slotAt > (findDigestRecord(db, digest.name, now)?.scheduledFromAt ?? -Infinity);
  // A slot of the present schedule that is not written yet comes after the last that is; one of before there was
  // that schedule never was a slot.
  if (written === undefined || written.slotAt <= (isCurrent ? slotAt - 1 : regular.sinceAt))
    return { period: regular, writtenAt: slotAt };
  const { sinceAt, createdAt } = written;
  const periods = findToldPeriods(db, digest.name, written.slotAt) ?? 1;
  return { period: { sinceAt, slotAt: written.slotAt, periods }, writtenAt: createdAt };
}

function makeFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
    return path;
  } catch (thrown) {
    throw new AppError('usage', `cannot make the folder ${path}: ${messageOf(thrown)}`);
  }
}

/** The text, the page with its pictures inside, and the mail as it would be sent. */
async function writeParts(
  folder: string,
  name: string,
  content: EmailContent,
  { smtp }: Config,
  writtenAt: Instant,
): Promise<string[]> {
  const html = content.pictures.reduce(
    (page, { cid, draw }) =>
      page.replaceAll(`cid:${cid}"`, `data:image/png;base64,${draw().toString('base64')}"`),
    content.html,
  );
  const sender = smtp ?? {
    from: 'Tidemark <tidemark@localhost>',
    fromAddress: 'tidemark@localhost',
  };
  const mail = await buildEmail(content, {
    smtp: sender,
    channel: 'preview',
    recipient: 'preview@localhost',
    messageId: `preview_${writtenAt}`,
    dateAt: writtenAt,
  });
  const parts = { txt: withSubject(content), html, eml: mail };
  return Object.entries(parts).map(([ending, part]) => {
    const path = join(folder, `${name}.${ending}`);
    writeFileSync(path, part);
    return path;
  });
}

const withSubject = ({ subject, text }: EmailContent): string => `Subject: ${subject}\n\n${text}`;

/** Under a key of its own: the scheduled one is sent all the same. */
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
