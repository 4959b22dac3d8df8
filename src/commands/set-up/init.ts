import { existsSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { PRESET_NAMES, presetTemplate } from '../../config/preset-template.ts';
import { PRESETS } from '../../list/presets.ts';
import { readConfig, invalidText } from '../../config/load.ts';
import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { Io } from '../../terminal/io.ts';
import { configFor, type Answers } from './init-answers.ts';

export type InitArgs = Answers & {
  /** Default `tidemark.yaml`. */ path?: string | undefined;
  /** Write over a file that is there. */ force?: boolean | undefined;
  /** A list that needs no account, instead of KeyAPI's. */ preset?: string | undefined;
};

/**
 * `tidemark init`: writes a commented configuration with the answers in it, never over one that is
 * there unless told to.
 * @throws AppError `usage` for an answer that no config may have; then nothing is written.
 */
export async function runInit(
  io: Io,
  { path = 'tidemark.yaml', force = false, preset, ...answers }: InitArgs,
): Promise<number> {
  const absolute = resolve(io.cwd, path);
  const text = preset === undefined ? configFor(answers) : templateOf(preset);
  if (preset === undefined) refuseWrong(io, absolute, text);
  try {
    writeFileSync(absolute, text, { flag: force ? 'w' : 'wx' });
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'EEXIST') throw isThere(absolute);
    throw new AppError('usage', `cannot write ${absolute} (${code ?? 'unknown error'})`, {
      hint: 'The folder must exist and be writable.',
      cause: thrown,
    });
  }
  const option = path === 'tidemark.yaml' ? '' : ` --config ${relative(io.cwd, absolute)}`;
  if (preset !== undefined) {
    const steps = stepsOf(preset).map((step, index) => `  ${index + 1}. ${step}\n`);
    io.stderr(`Wrote ${absolute}. Next:\n${steps.join('').replaceAll('OPTION', option)}`);
    return 0;
  }
  io.stderr(
    [
      `Wrote ${absolute}. Next:`,
      '  1. export KEYAPI_TOKEN=…           the key of the source',
      ...(answers.to === undefined
        ? ['  2. edit smtp and channels          where messages go']
        : ['  2. look at smtp and channels       where messages go']),
      `  3. tidemark check${option}`,
      `  4. tidemark run${option}`,
      '',
    ].join('\n'),
  );
  return 0;
}

/** Before anything is asked. @throws AppError `usage` when the file is there */
export function requireAbsent(io: Io, path = 'tidemark.yaml', force = false): void {
  const absolute = resolve(io.cwd, path);
  if (!force && existsSync(absolute)) throw isThere(absolute);
}

const isThere = (path: string): AppError =>
  new AppError('usage', `${path} is already there`, {
    hint: 'Give another path, or --force to write over it.',
  });

/** What to call next, with OPTION where the config is named. */
function stepsOf(preset: string): string[] {
  const list = PRESETS[preset]?.lists[0]?.name;
  return list === undefined
    ? [
        'tidemark sandbox --speed 1440    in another terminal, where it is not running yet',
        'tidemark runOPTION    a snapshot a minute; from the second one on it tells',
        'tidemark alertsOPTION',
      ]
    : ['tidemark checkOPTION', 'tidemark snapshotOPTION', `tidemark top ${list}OPTION`];
}

function templateOf(preset: string): string {
  const text = presetTemplate(preset);
  if (text !== undefined) return text;
  const meant = nearest(preset, PRESET_NAMES);
  throw new AppError('usage', `there is no preset ${JSON.stringify(preset)}`, {
    hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}There are ${PRESET_NAMES.join(', ')}.`,
  });
}

/** The token is not needed here: it will be in the environment of the daemon. */
function refuseWrong(io: Io, path: string, text: string): void {
  const read = readConfig({
    path,
    cwd: io.cwd,
    env: { ...io.env, KEYAPI_TOKEN: io.env['KEYAPI_TOKEN'] ?? 'not-set-yet' },
    readFile: () => text,
  });
  if ('problems' in read) throw new AppError('usage', invalidText(read).replace(/^.*\n/, ''));
}
