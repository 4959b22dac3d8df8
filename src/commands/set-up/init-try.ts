// Tries what `tidemark init` was told: one request and one test message, each after a yes.
import { expressionChecker } from '../../alert/compile.ts';
import { readAppConfig } from '../../open-app.ts';
import { openDatabase } from '../../store/file/open.ts';
import type { Io } from '../../terminal/io.ts';
import { runChannelsTest } from '../delivering/channels.ts';
import { deliveryDeps } from '../running/snapshot.ts';
import { realProbes, runCheck } from './check.ts';
import { confirm, type Terminal } from './init-ask.ts';

/** Without a token the source cannot be tried. A failure is told, and the file stays as it is. */
export async function tryInit(outer: Io, config: string, terminal: Terminal): Promise<void> {
  const hasToken = Boolean(outer.env['KEYAPI_TOKEN']);
  // A message needs no token, but the config does.
  const env = hasToken ? outer.env : { ...outer.env, KEYAPI_TOKEN: 'not-set-yet' };
  const io: Io = { ...outer, env };
  if (
    hasToken &&
    (await confirm('Try the source now? One request, which costs credits.', terminal))
  )
    await runCheck(
      io,
      { config, connect: true },
      { probes: realProbes(io), checkExpression: expressionChecker() },
    );
  const read = readAppConfig(io, config, 'needed', null);
  const [channel] = read.channels;
  if (channel === undefined) return;
  if (!(await confirm(`Send a test message to ${channel.name} now?`, terminal))) return;
  const db = openDatabase(read.database);
  try {
    const { channels, smtp, timezone, locale, web } = read;
    const deps = deliveryDeps(io, db, { path: read.path, channels, smtp, timezone, locale, web });
    await runChannelsTest(io, { name: channel.name }, deps);
  } finally {
    db.close();
  }
}
