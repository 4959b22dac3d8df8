// A real proxy before the page: Debian's Caddy.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = '/usr/bin/caddy';

/** Is it here? Where it is not, one line says what is left out; where it must be, this throws. */
export function hasCaddy(): boolean {
  if (existsSync(PROGRAM)) return true;
  const said = 'no Caddy: the page is not tried behind a proxy (apt-get install caddy)';
  if (process.env['PROXY_TESTS'] === 'required') throw new Error(said);
  process.stderr.write(`${said}\n`);
  return false;
}

/** Runs it with these lines of a Caddyfile, and comes back when it serves. */
export async function startCaddy(sites: string): Promise<{ stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-caddy-'));
  const child = spawn(PROGRAM, ['run', '--config', '-', '--adapter', 'caddyfile'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
  });
  child.stdin.end(`{\n admin off\n auto_https off\n}\n${sites}`);
  const ended = once(child, 'exit');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('serving initial configuration')) resolve();
    });
    child.once('exit', () => reject(new Error(`Caddy has ended: ${said}`)));
  });
  return {
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
