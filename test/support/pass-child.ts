// Runs passes over a simulated market, day after day from where the database stands, until it is done or killed.
// argv: database path, number of days.
import { createMarket } from '../../src/sandbox/market.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { openSource } from '../../src/source/open-source.ts';
import { runPass } from '../../src/pipeline.ts';
import { openDatabase } from '../../src/store/file/open.ts';
import { makeSecret } from '../../src/lib/secret.ts';
import { manualClock } from './manual-clock.ts';
import { dayAt, DAY_ZERO, makeConfig, makeRule, makeWatch, makeAccount } from './world.ts';

const [path = '', days = '0'] = process.argv.slice(2);
const watch = makeWatch({ region: 'DE', depth: 100 });
const clock = manualClock(DAY_ZERO, { auto: true });
const sandbox = await startSandbox({ market: createMarket({ seed: 3 }), clock });
const account = makeAccount({
  baseUrl: sandbox.url,
  auth: { kind: 'bearer', token: makeSecret('sandbox') },
});
const config = makeConfig({
  watches: [watch],
  sources: [account],
  rules: [
    makeRule({ name: 'top', when: 'rank <= 20', clear: 'rank > 25', resolved: true }),
    makeRule({ name: 'climb', when: 'rank_gain >= 10', cooldownMs: 3 * 86_400_000 }),
    makeRule({ name: 'new', when: "status in ('new', 'returned')", for: 1 }),
    makeRule({ name: 'lasting', when: 'posts_pct > 5', for: 2, clearFor: 2, resolved: true }),
  ],
});
const source = openSource(account, clock, () => 0);
const db = openDatabase(path);
const done = db.raw.prepare('SELECT count(*) FROM snapshots').pluck().get() as number;
process.stdout.write('ready\n');
for (let day = done; day < Number(days); day++) {
  if (clock.now() < dayAt(day)) await clock.advance(dayAt(day) - clock.now());
  await runPass(
    { db, config, clock, signal: new AbortController().signal, fetchList: source.fetchList },
    watch,
    dayAt(day),
    'schedule',
  );
}
db.close();
await source.close();
await sandbox.close();
process.stdout.write('done\n');
