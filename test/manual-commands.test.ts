// Every command that README and manual print is run, in the folder of a demo, with a simulated source
// and servers of this machine. What cannot be run here is listed with the reason.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '../src/lib/clock.ts';
import { startReceiver } from './delivery/http-receiver.ts';
import { startSmtp } from './delivery/smtp-receiver.ts';
import { freePort } from './support/free-port.ts';

const ROOT = resolve(import.meta.dirname, '..');
const CLI = join(ROOT, 'dist/cli.js');

/** Not run, and why. */
const NOT_RUN: Record<string, string> = {
  'tidemark restore s3://my-bucket/tidemark': 'needs a bucket; test/backup has one',
  'tidemark import old.csv.gz <(ssh archive cat older.csv)': 'needs another machine',
  'tidemark import --watch us-daily --taken-at 2026-11-01T06:00:00Z page-*.json':
    'needs saved answers of the API; test/history/import has some',
  'sudo tidemark status --config /etc/tidemark/tidemark.yaml': 'is about /etc',
  'tidemark service --config /etc/tidemark/tidemark.yaml | sudo tee /etc/systemd/system/tidemark.service':
    'writes to /etc; test/commands has the unit',
  'tidemark demo --open': 'is `tidemark demo` and `tidemark serve --open`, with 45 days',
  'tidemark demo': 'this file begins with one, of fewer days',
  'tidemark rules test FILE': 'the page has no file; test/rules-test has',
  'tidemark silence add …': 'names no scope',
  'tidemark silence add / list / remove': 'are three, each printed elsewhere',
  'tidemark web token add': 'is a name in a sentence; the whole command is printed as well',
};

/** Ends with another code than 0, and why. */
const CODES: Record<string, { code: number; why: string }> = {
  'tidemark status --exit-code': { code: 1, why: 'no daemon runs' },
  'tidemark doctor --strict': { code: 1, why: 'no daemon runs' },
  'tidemark sql': { code: 1, why: 'a prompt wants a terminal' },
  'tidemark restore': { code: 2, why: 'is a name in a sentence' },
  'tidemark channels test': { code: 2, why: 'is a name in a sentence' },
  'tidemark sql --format json': { code: 1, why: 'nothing is asked' },
  'tidemark backfill WATCH --from DATE': { code: 2, why: 'this watch tracks a list of now' },
  'tidemark channels subscribe team-mail ana@example.com': {
    code: 1,
    why: 'she has unsubscribed from nothing',
  },
  'tidemark deliveries retry 42': { code: 1, why: 'this one was delivered: it is not sent again' },
  'tidemark lake thin': { code: 2, why: 'this config keeps all of the history; test/history/lake' },
  'tidemark silence remove': { code: 2, why: 'is a name in a sentence' },
};

/** Runs until it is stopped. */
const LASTS = /^(?:npx )?tidemark (?:run|sandbox|serve)\b/;

const folder = mkdtempSync(join(tmpdir(), 'tidemark-manual-'));
const demo = join(folder, 'tidemark-demo');
const bin = join(folder, 'bin');
const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
const ends: (() => unknown)[] = [];
/** What the pages write of their own example, and what the demo has instead. */
let real: (command: string) => string;

/** The commands of a page: those of its code, and those within its sentences. */
function commandsOf(page: string): string[] {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const code = [...text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)].flatMap(
    ([, kind = '', block = '']) =>
      ['', 'sh', 'console'].includes(kind) ? block.replace(/\\\n\s*/g, ' ').split('\n') : [],
  );
  const typed = code
    .map((line) =>
      line
        .replace(/^\$ /, '')
        .replace(/(?: &)? +# .*$/, '')
        .trim(),
    )
    .filter((line) => /^(?:sudo |npx )?tidemark [a-z]/.test(line));
  const said = [...text.replace(/^```[^]*?^```$/gm, '').matchAll(/`(tidemark [a-z][^`]*)`/g)].map(
    ([, command = '']) =>
      command
        .replace(/\s+/g, ' ')
        .replace('[WATCH]', 'WATCH')
        .replace(/ \[[^\]]*\]/g, ''),
  );
  return [...typed, ...said];
}

const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'src/manual'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `src/manual/${name}`),
];
const COMMANDS = [...new Set(PAGES.flatMap(commandsOf))];

/** Not spawnSync: the servers of this process have to answer meanwhile. */
async function shell(command: string, cwd = demo) {
  const child = spawn('bash', ['-c', command], { cwd, env });
  const typed = command.includes('web password') ? 'correct horse battery staple\n' : '';
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
  child.stdin.on('error', () => {}).end(typed);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, ...said };
}

async function must(command: string, cwd = demo): Promise<string> {
  const { status, stdout, stderr } = await shell(command, cwd);
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout;
}

/** The last Monday that the demo has, which ends yesterday. */
function lastMonday(): string {
  let at = Date.now() - DAY_MS;
  while (new Date(at).getUTCDay() !== 1) at -= DAY_MS;
  return new Date(at).toISOString().slice(0, 10);
}

// A build, and a demo of 16 days.
beforeAll(async () => {
  if (!existsSync(CLI)) expect(spawnSync('npm', ['run', 'build'], { cwd: ROOT }).status).toBe(0);
  mkdirSync(bin);
  for (const [name, text] of [
    ['tidemark', `exec '${process.execPath}' '${CLI}' "$@"`],
    ['npx', 'exec "$@"'],
    // For what shows something in the browser.
    ['xdg-open', 'exit 0'],
  ] as const) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const port = await freePort();
  await must('tidemark demo --days 16', folder);
  // Of tomorrow: before 03:00 UTC the ranking of yesterday is not published yet.
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const sandbox = spawn(process.execPath, [CLI, 'sandbox', '--port', '0', '--day', tomorrow], {
    cwd: folder,
  });
  ends.push(() => sandbox.kill());
  const [said] = (await Promise.race([
    once(sandbox.stdout, 'data'),
    once(sandbox.stderr, 'data'),
  ])) as [Buffer];
  const [source = ''] = /http:\/\/[\d.]+:\d+/.exec(String(said)) ?? [];
  const [hook, smtp] = [await startReceiver(), await startSmtp()];
  ends.push(
    () => hook.close(),
    () => smtp.close(),
  );

  const path = join(demo, 'tidemark.yaml');
  const config = readFileSync(path, 'utf8')
    .replace(/base_url: .*/, `base_url: ${source}`)
    .replace(/url: smtp:.*/, `url: smtp://127.0.0.1:${smtp.port}`)
    .replace(/url: "http:[^"]*"/, `url: "${hook.url}"`)
    .replace('channels:', `channels:\n  team: { type: email, to: [ana@example.com] }`);
  writeFileSync(
    path,
    `${config}\nbackup: { schedule: '30 3 * * *', to: ./backups }\nlake: { to: ./lake }\n`,
  );
  copyFileSync(path, join(demo, 'old.yaml'));
  writeFileSync(join(demo, 'query.sql'), 'SELECT count(*) AS n FROM history');
  writeFileSync(
    join(demo, 'ranks.csv'),
    'slot_at,rank,product_id,product\n2026-01-05,1,p1,Perfume\n',
  );
  await must('tidemark export --watch us-daily --since 3d --format ndjson > history.ndjson');
  await must('tidemark backup --as-configured && tidemark backup --out restored.db');
  const [backup = ''] = readdirSync(join(demo, 'backups')).filter((name) => name.endsWith('.gz'));
  const one = async (sql: string) =>
    (await must(`tidemark sql "${sql}" --format csv`)).split('\n')[1] ?? '';
  const product = await one('SELECT product_id FROM leaderboard ORDER BY rank LIMIT 1');
  const alert = await one('SELECT min(alert_id) FROM alert_log');
  const [, delivery = ''] = /"id": ?(\d+)/.exec(await must('tidemark deliveries --json')) ?? [];
  real = (command) =>
    command
      .replace(/(alerts show) (?:97|ID|N)\b/g, `$1 ${alert}`)
      .replace(
        /(deliveries (?:show|retry)) 42/,
        `$1 ${delivery} ${command.includes('retry') ? '--force' : ''}`,
      )
      .replace('tidemark-20261126T033000Z.db.gz', backup)
      // The demo has two lists, and a table holds one.
      .replace('export --since', 'export --list top-products --since')
      // Ports that nobody has, in place of 8710 and 8787.
      .replace('tidemark serve', `tidemark serve --listen ${port}`)
      .replace('sandbox --speed 1440', 'sandbox --speed 1440 --port 0')
      .replace('init --preset NAME', 'init --preset apple-charts')
      .replace(/\b(?:WATCH|W)\b/, 'us-daily')
      .replace(/\b(?:PRODUCT|P|Perfume)\b/, product)
      .replace('NAME', 'team')
      .replace('DIR', 'written')
      .replace('SUBJECT', 'rules')
      .replace('team-mail', 'team')
      .replace(' --config tidemark-demo/tidemark.yaml', '')
      .replace(/\b2026-\d\d-\d\d\b/, lastMonday());
}, 120_000);
afterAll(async () => {
  await Promise.all(ends.map((end) => end()));
  rmSync(folder, { recursive: true, force: true });
});

test('there are commands, and each that is not run is still printed', () => {
  expect(COMMANDS.length).toBeGreaterThan(80);
  expect(
    [...Object.keys(NOT_RUN), ...Object.keys(CODES)].filter(
      (command) => !COMMANDS.includes(command),
    ),
  ).toEqual([]);
});

test.each(COMMANDS.filter((command) => NOT_RUN[command] === undefined && !LASTS.test(command)))(
  '%s runs as it is printed',
  async (command) => {
    // A new config is written where there is none.
    const cwd = /^(?:npx )?tidemark init/.test(command) ? mkdtempSync(join(folder, 'init-')) : demo;
    const { status, stderr } = await shell(real(command), cwd);
    const code = CODES[command]?.code ?? 0;
    expect({ status, stderr: status === code ? '' : stderr }).toEqual({ status: code, stderr: '' });
  },
  60_000,
);

test.each(COMMANDS.filter((command) => NOT_RUN[command] === undefined && LASTS.test(command)))(
  '%s runs until it is stopped',
  async (command) => {
    const child = spawn('bash', ['-c', `exec ${real(command)}`], { cwd: demo, env });
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    // What it says first it says when it is there.
    await Promise.race([
      once(child.stdout, 'data'),
      once(child.stderr, 'data'),
      once(child, 'exit'),
    ]);
    child.kill('SIGTERM');
    const [code] =
      child.exitCode === null ? ((await once(child, 'exit')) as [number]) : [child.exitCode];
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  },
  60_000,
);
