// `tidemark web token add / list / remove`: tokens for programs.
import { randomBytes } from 'node:crypto';
import { nameProblem } from '../../config/formats.ts';
import { isoTime, isoTimeOrNull } from '../../lib/clock.ts';
import { AppError } from '../../lib/errors.ts';
import type { ReadDeps } from '../../report/known-names.ts';
import { requireName } from '../../report/known-names.ts';
import {
  insertToken,
  listTokens,
  revokeToken,
  WEB_SCOPES,
  type Token,
  type WebScope,
} from '../../store/web/tokens.ts';
import type { Io } from '../../terminal/io.ts';
import { formatTable } from '../../terminal/table.ts';
import { hashOf, newToken } from '../../web/access/secrets.ts';
import { distanceText } from '../../words/times.ts';

type Json = { json?: boolean | undefined };

/** Makes a token, and prints it: it is shown this once. */
export function runTokenAdd(
  io: Io,
  args: Json & { name: string; scope: readonly string[] },
  { db }: ReadDeps,
): number {
  const problem = nameProblem(args.name);
  if (problem !== null) throw new AppError('usage', `the name of a token ${problem}`);
  const scopes = readScopes(args.scope);
  const token = newToken(randomBytes);
  const added = { name: args.name, hash: hashOf(token), scopes };
  if (!insertToken(db, added, io.clock.now()))
    throw new AppError('usage', `there is, or was, a token ${args.name}`, {
      hint: 'names are not used twice: tidemark web token list',
    });
  if (args.json) io.stdout(`${JSON.stringify({ name: args.name, scopes, token }, null, 2)}\n`);
  else {
    io.stdout(`${token}\n`);
    io.stderr(`Keep it: it is not shown again. It is for ${scopes.join(', ')}.\n`);
  }
  return 0;
}

function readScopes(asked: readonly string[]): WebScope[] {
  const words = asked.flatMap((text) => text.split(','));
  const wrong = words.find((word) => !WEB_SCOPES.some((scope) => scope === word));
  if (wrong !== undefined)
    throw new AppError('usage', `there is no scope ${JSON.stringify(wrong)}`, {
      hint: `there is: ${WEB_SCOPES.join(', ')}`,
    });
  return WEB_SCOPES.filter((scope) => words.includes(scope));
}

/** Lists tokens, also those that were revoked. */
export function runTokenList(io: Io, { json }: Json, { db }: ReadDeps): number {
  const tokens = listTokens(db);
  if (json) {
    io.stdout(`${JSON.stringify(tokens.map(tokenJson), null, 2)}\n`);
    return 0;
  }
  if (tokens.length === 0) {
    io.stderr('There is no token. Make one: tidemark web token add NAME\n');
    return 0;
  }
  const now = io.clock.now();
  io.stdout(
    formatTable(
      [{ head: 'token' }, { head: 'for' }, { head: 'state' }, { head: 'last used' }],
      tokens.map(({ name, scopes, usedAt, revokedAt }) => [
        name,
        scopes.join(', '),
        revokedAt === null ? 'active' : 'revoked',
        usedAt === null ? 'never' : distanceText(usedAt, now),
      ]),
      io,
    ),
  );
  return 0;
}

const tokenJson = ({ name, scopes, createdAt, usedAt, revokedAt }: Token) => ({
  name,
  scopes,
  created_at: isoTime(createdAt),
  used_at: isoTimeOrNull(usedAt),
  revoked_at: isoTimeOrNull(revokedAt),
});

/** Revokes a token: requests that carry it are refused from now on. */
export function runTokenRemove(
  io: Io,
  { name }: Json & { name: string },
  { db }: ReadDeps,
): number {
  const known = listTokens(db).map((token) => token.name);
  requireName('token', name, known);
  if (!revokeToken(db, name, io.clock.now()))
    throw new AppError('not_found', `the token ${name} has been revoked already`);
  io.stdout(`The token ${name} is revoked.\n`);
  return 0;
}
