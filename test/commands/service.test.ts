import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runService, type ServiceArgs } from '../../src/commands/set-up/print-unit.ts';
import { unitWord } from '../../src/commands/set-up/service-unit.ts';
import { memoryIo } from '../support/memory-io.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-unit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hasTool = spawnSync('systemd-analyze', ['--version']).status === 0;
const unit = (yaml: string | null, args: ServiceArgs = {}) => {
  const config = join(folder, 'tidemark.yaml');
  if (yaml !== null) writeFileSync(config, yaml);
  const io = memoryIo({ cwd: folder, env: { HOME: folder } });
  expect(runService(io, yaml === null ? args : { config, ...args })).toBe(0);
  return io;
};
const analyze = (text: string, ...args: string[]) => {
  const path = join(folder, 'tidemark.service');
  // The program of these tests is in a folder that systemd may not look into.
  writeFileSync(path, text.replace(/^ExecStart=.*/m, 'ExecStart=/bin/true'));
  return spawnSync('systemd-analyze', [...args, path], {
    encoding: 'utf8',
    env: { ...process.env, XDG_RUNTIME_DIR: folder },
  });
};
const SYSTEM =
  'database: /var/lib/tidemark/tidemark.db\nsource: { token_file: /etc/tidemark/token }\n';

describe('the unit', () => {
  test('runs this program with this config, as a user of its own, and hands over the token', () => {
    const { out } = unit(SYSTEM);
    expect(out).toContain(`cli.ts run --config ${join(folder, 'tidemark.yaml')}\n`);
    expect(out).toContain(`ExecStart=${process.execPath} `);
    for (const line of [
      'DynamicUser=yes',
      'StateDirectory=tidemark',
      'LoadCredential=token:/etc/tidemark/token',
      '# In the config:  ..._file: ${CREDENTIALS_DIRECTORY}/token',
      'ProtectSystem=strict',
    ])
      expect(out.split('\n')).toContain(line);
  });

  test('lets the owner of a database elsewhere write there, and there alone', () => {
    const { out, err } = unit('database: ./data/tidemark.db\n');
    expect(out).toContain('DynamicUser=yes');
    expect(err).toContain(
      `There is no folder ${join(folder, 'data')}, and this unit will not start`,
    );
    expect(unit(SYSTEM).err).toBe('');
    mkdirSync(join(folder, 'data'));
    const mine = unit('database: ./data/tidemark.db\n').out;
    expect(mine).toContain(`User=${statSync(folder).uid}\n`);
    expect(mine).toContain(`ReadWritePaths=${join(folder, 'data')}\n`);
    expect(mine).not.toContain('DynamicUser');
  });

  test('without a config is for /etc/tidemark/tidemark.yaml, and says so', () => {
    const io = unit(null);
    expect(io.out).toContain('run --config /etc/tidemark/tidemark.yaml\n');
    expect(io.err).toContain('database: /var/lib/tidemark/tidemark.db');
  });

  test('of a user needs no rights', () => {
    const { out } = unit(SYSTEM, { user: true });
    expect(out).toContain('WantedBy=default.target');
    expect(out).not.toMatch(/DynamicUser|LoadCredential|ProtectSystem/);
  });

  test('quotes what systemd would take for something else', () => {
    expect(unitWord('/opt/tide mark/50%/$x')).toBe('"/opt/tide mark/50%%/$$x"');
    expect(unitWord('/usr/bin/node')).toBe('/usr/bin/node');
  });

  test.skipIf(!hasTool)('has no mistake, and an exposure of at most 2.0', () => {
    const { out } = unit(SYSTEM);
    expect(analyze(out, 'verify').stderr).toBe('');
    const judged = analyze(out, 'security', '--offline=true', '--threshold=20');
    expect([judged.status, judged.stdout.match(/exposure level.*: ([\d.]+)/)?.[1]]).toEqual([
      0,
      expect.stringMatching(/^[01]\.|^2\.0$/),
    ]);
    expect(analyze(unit(SYSTEM, { user: true }).out, 'verify', '--user').stderr).toBe('');
  });
});
