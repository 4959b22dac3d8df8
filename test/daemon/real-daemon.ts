// Daemons and commands as processes of their own, on a database and a config in a folder.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { freePort } from '../support/free-port.ts';

export type RunningDaemon = { child: ChildProcess; /** Its log so far. */ said: string };

const ROOT = join(import.meta.dirname, '../..');

const tidemark = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
  spawn(process.execPath, ['--import', 'tsx', join(ROOT, 'src/cli.ts'), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });

/** `close` kills every daemon that still runs. */
export async function realDaemons(folder: string, watch = 'us-daily') {
  const config = join(folder, 'tidemark.yaml');
  const port = await freePort();
  const daemons: ChildProcess[] = [];
  return {
    config,
    /** A config whose only watch is never due, with these sections besides. */
    configure: (sections: string) =>
      writeFileSync(
        config,
        `database: ./tidemark.db
source: { base_url: "http://127.0.0.1:9", token: none }
watches: { ${watch}: { region: US, time_scope: 1, schedule: "0 0 1 1 *" } }
web: { ops_listen: ${port} }
${sections}`,
      ),
    start(): RunningDaemon {
      const child = tidemark(['run', '--config', config]);
      const daemon = { child, said: '' };
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (daemon.said += chunk.toString()));
      daemons.push(child);
      return daemon;
    },
    /** A command to its end. */
    async run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
      const child = tidemark(args, env);
      let out = '';
      let err = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
      const [code] = (await once(child, 'close')) as [number];
      return { code, out, err };
    },
    metric: async (name: string) => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
    },
    close: () => daemons.forEach((daemon) => daemon.kill('SIGKILL')),
  };
}

/** Ends a daemon as a service manager does; it must end well. */
export async function endDaemon({ child }: RunningDaemon): Promise<void> {
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
}

export const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 50 });

/** The process that does the work of a daemon; Linux only. */
export const workerOf = ({ pid }: ChildProcess): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').at(-1));

/** A webhook that is told things, and the section of a config that names it. */
export async function troubleHook() {
  const heard: { type: string; data: { state: string; text: string } }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      heard.push(JSON.parse(body) as (typeof heard)[number]);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    heard,
    section: `channels: { hook: { type: webhook, url: "http://127.0.0.1:${port}/", allow_private: true } }\n`,
    close: () => server.close(),
  };
}
