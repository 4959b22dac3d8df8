import { expect, test } from 'vitest';
import { isOlder } from '../../src/lib/version.ts';

test.each<[version: string, than: string, older: boolean]>([
  ['3.51.2', '3.51.3', true],
  ['3.51.3', '3.51.3', false],
  ['3.53.0', '3.51.3', false],
  ['3.9.9', '3.51.3', true],
  ['4.0.0', '3.51.3', false],
  ['3.51', '3.51.3', true],
  ['20.19.0', '20.19', false],
  ['22.0.0', '20.19.0', false],
  ['20.9.0', '20.19.0', true],
])('%s is older than %s: %s', (version, than, older) => {
  expect(isOlder(version, than)).toBe(older);
});
