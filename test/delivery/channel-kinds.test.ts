// A kind of channel is added by a file for the config, a file for delivery, and a line in the table of each.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { channelKinds } from '../../src/config/channels/kinds.ts';

const SRC = resolve(import.meta.dirname, '../../src');

/** Rooms of the kinds, and texts that show a config. */
const MAY_NAME_KINDS = [
  'config/channels/',
  'delivery/channels/',
  'demo/',
  'config/template.ts',
  // Measures the mail of a digest as it will be sent.
  'delivery/digest/parts.ts',
];

const files = (readdirSync(SRC, { recursive: true }) as string[]).filter((path) =>
  path.endsWith('.ts'),
);
const textOf = (path: string): string => readFileSync(join(SRC, path), 'utf8');

describe('the kinds of channels', () => {
  test('are those of the table', () => {
    expect(channelKinds()).toEqual(['email', 'webhook', 'ntfy', 'telegram']);
  });

  test('are named nowhere outside their own rooms', () => {
    const words = [...channelKinds(), 'standard', 'slack', 'discord', 'teams'].join('|');
    const named = new RegExp(`['"](${words})['"]|channels/(${words})(\\.ts|/)`);
    const found = files.filter(
      (path) =>
        !MAY_NAME_KINDS.some((place) => path.startsWith(place)) &&
        // The mail server is a section of the config, and is probed by itself.
        named.test(textOf(path).replace('channels/email/reach.ts', '')),
    );
    expect(found).toEqual([]);
  });

  test.each(channelKinds())(
    '%s is one file of the config, and is delivered from its own',
    (kind) => {
      const of = (room: string) =>
        files.filter((path) => path.startsWith(`${room}/channels/${kind}`));
      expect(of('config')).toEqual([`config/channels/${kind}.ts`]);
      expect(of('delivery')).toContain(`delivery/channels/${kind}/channel.ts`);
    },
  );

  test.each(['ntfy', 'telegram'])('%s is two files and a line in each table', (kind) => {
    const inTable = new RegExp(`^import .*/${kind}[./].*|^.*\\b${kind},?$`, 'gm');
    expect(files.filter((path) => path.includes(`channels/${kind}`))).toHaveLength(2);
    const naming = files.filter((path) => new RegExp(`\\b${kind}\\b`).test(textOf(path)));
    expect(naming.filter((path) => !path.includes(`channels/${kind}`)).sort()).toEqual([
      'config/channels/kinds.ts',
      'delivery/channels/kinds.ts',
    ]);
    for (const path of ['config/channels/kinds.ts', 'delivery/channels/kinds.ts'])
      expect(textOf(path).match(new RegExp(`\\b${kind}\\b`, 'g'))?.length).toBeLessThanOrEqual(4);
    expect(inTable.test(textOf('config/channels/kinds.ts'))).toBe(true);
  });
});
