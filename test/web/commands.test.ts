// Commands that pages name have to run as they stand, wherever they are copied to.
import { afterEach, expect, test } from 'vitest';
import { typed } from '../../src/web/parts/command.ts';
import { commandText } from '../../src/words/shell-text.ts';
import { dayAt, fetchedList, makeRule, products } from '../support/world.ts';
import { makeWebWorld, type WebWorld } from './web-world.ts';

let web: WebWorld;
afterEach(() => web.close());

/** What is called by a path, with a config that was given. */
function makeCalled(overrides: Parameters<typeof makeWebWorld>[1] = {}): void {
  web = makeWebWorld({}, overrides);
  web.deps().called = { program: '/opt/bin/tidemark', config: '/etc/my lists.yaml' };
}
const AS_CALLED = "/opt/bin/tidemark --config '/etc/my lists.yaml' ";

/** The texts of `<code>` and of buttons that copy, as a browser would show them. */
async function commandsOn(path: string): Promise<string[]> {
  const text = await (await web.ask(path)).text();
  const found = [...text.matchAll(/<code>([^<]*)<\/code>|data-copy="([^"]*)"/g)];
  return found
    .map((match) => (match[1] ?? match[2] ?? '').replaceAll('&#39;', "'").replaceAll('&#34;', '"'))
    .filter((command) => command.includes('tidemark'));
}

test('commands of pages name the program and the config that it was called with', async () => {
  makeCalled({ rules: [makeRule({ name: 'top3', when: 'rank <= 3' })] });
  expect(await commandsOn('/')).toContain(`${AS_CALLED}snapshot us-daily`);
  await web.world.pass(dayAt(0), fetchedList(products(5)));
  await web.world.pass(dayAt(1), fetchedList(products(5).toReversed()));
  const paths = [
    '/watches/us-daily',
    '/watches/us-daily/coverage',
    '/watches/us-daily/products/p1',
    '/alerts',
    '/alerts/1',
    '/rules',
    '/rules/top3',
    '/silences',
    '/deliveries',
    '/digests',
    '/credits',
    '/doctor',
  ];
  for (const path of ['/', ...paths]) {
    const commands = await commandsOn(path);
    expect(commands, path).not.toEqual([]);
    for (const command of commands) expect(command, path).toContain(AS_CALLED);
  }
});

test('a query stays as it is within the command that asks it', () => {
  makeCalled();
  const command = commandText(['sql', "SELECT 'tidemark status' AS said"]);
  const shown = typed({ deps: web.deps() }, command);
  expect(shown).toBe(command.replace('tidemark sql', `${AS_CALLED}sql`));
  expect(shown).toContain('tidemark status');
});

test('what empty pages, refusals and the status advise is typed so, too', async () => {
  makeCalled({ rules: [], digests: [] });
  const text = async (path: string) => (await web.ask(path)).text();
  // The manual needs no config.
  expect(await text('/rules')).toContain('No rule is configured: /opt/bin/tidemark help rules');
  expect(await text('/digests')).toContain('configured: /opt/bin/tidemark help digests');
  const refusal = (await (await web.ask('/api/v1/alerts/99')).json()) as { hint: string };
  expect(refusal.hint).toBe(`${AS_CALLED}alerts --all lists them`);
  const status = (await (await web.ask('/api/v1/status')).json()) as {
    advice: { command: string }[];
  };
  expect(status.advice.length).toBeGreaterThan(0);
  for (const { command } of status.advice) expect(command).toContain(AS_CALLED);
});
