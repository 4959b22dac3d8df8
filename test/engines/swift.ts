// OpenStack Swift with its S3 API, as Debian has it: a store that shares nothing with our double, checks signatures by
// itself, and knows no If-None-Match.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePort } from '../support/free-port.ts';

export const SWIFT_KEY = 'test:tester';
export const SWIFT_SECRET = 'testing';

const SERVERS = ['account', 'container', 'object'] as const;

/** Whether it is installed: swift-proxy, swift-account, swift-container, swift-object and memcached. */
export const hasSwift = ['swift-proxy-server', 'swift-ring-builder', 'memcached'].every(
  (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0,
);

/** Starts it in a folder of its own, with its storage; it is up when this resolves. */
export async function startSwift(): Promise<{ url: string; close(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-swift-'));
  const [etc, devices] = [join(folder, 'etc'), join(folder, 'srv')];
  mkdirSync(etc);
  mkdirSync(join(devices, 'd1'), { recursive: true });
  const put = (name: string, lines: readonly string[]) =>
    writeFileSync(join(etc, name), `${lines.join('\n')}\n`);
  const children: ChildProcess[] = [];
  const start = (command: string, ...args: string[]) =>
    children.push(spawn(command, args, { cwd: etc, stdio: 'ignore' }));
  put('swift.conf', [
    '[swift-hash]',
    'swift_hash_path_suffix = test',
    'swift_hash_path_prefix = test',
    '[storage-policy:0]',
    'name = Policy-0',
    'default = yes',
  ]);
  const common = (port: number) => [
    '[DEFAULT]',
    'bind_ip = 127.0.0.1',
    `bind_port = ${port}`,
    'workers = 0',
    `user = ${userInfo().username}`,
    `swift_dir = ${etc}`,
  ];
  for (const server of SERVERS) {
    const port = await freePort();
    for (const step of [
      ['create', '4', '1', '1'],
      ['add', `r1z1-127.0.0.1:${port}/d1`, '1'],
      ['rebalance'],
    ])
      spawnSync('swift-ring-builder', [`${server}.builder`, ...step], { cwd: etc });
    put(`${server}.conf`, [
      ...common(port),
      `devices = ${devices}`,
      'mount_check = false',
      '[pipeline:main]',
      `pipeline = ${server}-server`,
      `[app:${server}-server]`,
      `use = egg:swift#${server}`,
    ]);
    start(`swift-${server}-server`, `${server}.conf`);
  }
  const cachePort = await freePort();
  start('memcached', '-u', 'nobody', '-l', '127.0.0.1', '-p', String(cachePort));
  const port = await freePort();
  const filters = ['catch_errors', 'healthcheck', 'listing_formats', 'bulk', 'slo', 'dlo'];
  put('proxy.conf', [
    ...common(port),
    '[pipeline:main]',
    'pipeline = catch_errors healthcheck cache listing_formats bulk s3api tempauth slo dlo proxy-server',
    '[app:proxy-server]',
    'use = egg:swift#proxy',
    'account_autocreate = true',
    ...filters.flatMap((name) => [`[filter:${name}]`, `use = egg:swift#${name}`]),
    '[filter:cache]',
    'use = egg:swift#memcache',
    `memcache_servers = 127.0.0.1:${cachePort}`,
    '[filter:tempauth]',
    'use = egg:swift#tempauth',
    'user_test_tester = testing .admin',
    '[filter:s3api]',
    'use = egg:swift#s3api',
    'location = eu-1',
  ]);
  start('swift-proxy-server', 'proxy.conf');
  const url = `http://127.0.0.1:${port}`;
  const close = () => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await vi.waitFor(
      async () => {
        if (!(await fetch(`${url}/healthcheck`)).ok) throw new Error('Swift is not up');
      },
      { timeout: 60_000, interval: 100 },
    );
  } catch (thrown) {
    close();
    throw thrown;
  }
  return { url, close };
}
