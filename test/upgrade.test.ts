// A daemon goes on while the program's files are replaced under it: people upgrade first, and restart then.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { enqueue } from '../src/delivery/enqueue.ts';
import { openDatabase } from '../src/store/file/open.ts';
import { makeMail } from './delivery/outbox-world.ts';
import { alertsMessage } from './delivery/sample-messages.ts';
import { startSmtp, type SmtpReceiver } from './delivery/smtp-receiver.ts';

const ROOT = resolve(import.meta.dirname, '..');
let folder: string;
let server: SmtpReceiver;
beforeEach(async () => {
  if (!existsSync(join(ROOT, 'dist/cli.js')))
    expect(spawnSync('npm', ['run', 'build'], { cwd: ROOT }).status).toBe(0);
  // Inside the project, so that the libraries are found from there.
  mkdirSync(join(ROOT, 'node_modules/.cache'), { recursive: true });
  folder = mkdtempSync(join(ROOT, 'node_modules/.cache/tidemark-upgrade-'));
  for (const name of ['dist', 'migrations', 'package.json'])
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  server = await startSmtp();
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('its first mail goes out although nothing of the program it was started from is left', async () => {
  const config = join(folder, 'tidemark.yaml');
  writeFileSync(
    config,
    `source: { token: none }
watches: { us: { region: US, schedule: "0 0 1 1 *" } }
smtp: { url: "${server.url}", from: alerts@example.com }
channels: { mail: { type: email, to: [ana@example.com] } }
rules: { top: { when: "rank <= 10", notify: [mail] } }
`,
  );
  const daemon = spawn(process.execPath, [join(folder, 'dist/cli.js'), 'run', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(daemon, 'exit');
  try {
    let log = '';
    await new Promise<void>((done) =>
      daemon.stderr.on(
        'data',
        (chunk: Buffer) => (log += chunk.toString()).includes('"started"') && done(),
      ),
    );
    rmSync(join(folder, 'dist'), { recursive: true });

    const db = openDatabase(join(folder, 'tidemark.db'));
    const received = new Promise<void>((done) => {
      server.script.data = () => {
        done();
        return null;
      };
    });
    db.transaction(() =>
      enqueue(db, {
        key: 'first',
        channel: makeMail(),
        message: alertsMessage(),
        alerts: [],
        now: Date.now(),
      }),
    );
    await received;
    expect(server.mails[0]?.raw).toContain('Perfume');
    db.close();
  } finally {
    daemon.kill('SIGTERM');
    await exited;
  }
  expect(daemon.exitCode).toBe(0);
  // The whole program is bundled, and a daemon started: 4 s on an idle machine.
}, 40_000);
