// `tidemark web password`: the hash of a password, for the config.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { AppError } from '../../lib/errors.ts';
import type { Io } from '../../terminal/io.ts';
import { hashPassword } from '../../web/access/password.ts';

const SHORTEST = 12;

/** Asks for a password, or reads one line of stdin, and prints its hash. */
export async function runWebPassword(io: Io, input: NodeJS.ReadStream): Promise<number> {
  const password = await readLine(io, input);
  if ([...password].length < SHORTEST)
    throw new AppError('usage', `a password of at least ${SHORTEST} characters, please`);
  io.stdout(`${await hashPassword(password)}\n`);
  io.stderr('Put it below web, as auth: { password_hash: "…" }, in quotes.\n');
  return 0;
}

/** What is typed is not shown. */
async function readLine(io: Io, input: NodeJS.ReadStream): Promise<string> {
  const isTyped = input.isTTY === true;
  if (isTyped) io.stderr('Password: ');
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: hidden, terminal: isTyped });
  try {
    for await (const line of lines) {
      if (isTyped) io.stderr('\n');
      return line;
    }
    return '';
  } finally {
    lines.close();
  }
}
