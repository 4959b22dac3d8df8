// The folder of a demo. A demo may replace what a demo wrote, and nothing else that is there.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../lib/errors.ts';
import { tryLock, type Lock } from '../store/file/lock.ts';

export type DemoFolder = {
  /** Name under which an edited config of before is kept; null when there was none. */
  kept: string | null;
  /** Writes the config, so that the next demo knows whether it was edited. */
  writeConfig(text: string): void;
  /** Gives the folder free for the next demo. */
  close(): void;
};

const MARKER = '.tidemark-demo';
const DATABASE = 'tidemark.db';
const CONFIG = 'tidemark.yaml';
const LOCKS = /\.lock\.db(-journal)?$/;

/**
 * Takes a folder that does not exist, is empty, or has a demo in it. That demo's database, mails
 * and webhooks are deleted; a config that was edited is kept under another name, and other files
 * stay. @throws AppError `usage` for any other folder, `already_running` while a demo or a daemon
 * runs in it
 */
export function openDemoFolder(folder: string): DemoFolder {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  if (!names.includes(MARKER) && names.some((name) => !LOCKS.test(name)))
    throw new AppError('usage', `${folder} exists, and was not written by a demo`, {
      hint: 'choose another folder with --dir',
    });
  const locks = lockFolder(folder);
  try {
    const kept = keepEditedConfig(folder);
    removeDemo(folder);
    mkdirSync(join(folder, 'mails'), { recursive: true });
    writeMarker(folder, null);
    return {
      kept,
      writeConfig: (text) => {
        writeFileSync(join(folder, CONFIG), text);
        writeMarker(folder, text);
      },
      close: () => locks.forEach((lock) => lock.release()),
    };
  } catch (thrown) {
    locks.forEach((lock) => lock.release());
    throw thrown;
  }
}

/**
 * The database must not be taken away from a second demo, or from a daemon that somebody started on
 * the first.
 */
function lockFolder(folder: string): Lock[] {
  const held: Lock[] = [];
  for (const [kind, who] of [
    ['demo', 'another demo'],
    ['daemon', 'a daemon'],
  ] as const) {
    const lock = tryLock(join(folder, DATABASE), kind);
    if (lock === null) {
      held.forEach((one) => one.release());
      throw new AppError('already_running', `${who} is running in ${folder}`, {
        hint: 'wait for it, or choose another folder with --dir',
      });
    }
    held.push(lock);
  }
  return held;
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function writeMarker(folder: string, config: string | null): void {
  writeFileSync(
    join(folder, MARKER),
    `Written by \`tidemark demo\`, which may replace what it wrote here.\n${
      config === null ? '' : `${CONFIG} sha256 ${hashOf(config)}\n`
    }`,
  );
}

/** A config that is not what the demo wrote gets another name. Returns it, or null. */
function keepEditedConfig(folder: string): string | null {
  const path = join(folder, CONFIG);
  if (!existsSync(path)) return null;
  const written = existsSync(join(folder, MARKER))
    ? readFileSync(join(folder, MARKER), 'utf8')
    : '';
  if (written.includes(hashOf(readFileSync(path, 'utf8')))) return null;
  let count = 1;
  while (existsSync(join(folder, keptName(count)))) count += 1;
  renameSync(path, join(folder, keptName(count)));
  return keptName(count);
}

const keptName = (count: number): string => `tidemark-edited-${count}.yaml`;

function removeDemo(folder: string): void {
  for (const name of [DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`, CONFIG, 'webhooks.json'])
    rmSync(join(folder, name), { force: true });
  const mails = join(folder, 'mails');
  if (!existsSync(mails)) return;
  for (const name of readdirSync(mails))
    if (/^\d{3,}\.(eml|html)$/.test(name)) rmSync(join(mails, name), { force: true });
}
