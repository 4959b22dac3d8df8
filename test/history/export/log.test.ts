import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openFolderStore, type FileStore } from '../../../src/history/export/file-store.ts';
import { commitLog, readLog } from '../../../src/history/export/log.ts';
import { EMPTY_LOG, type Action } from '../../../src/history/export/log-state.ts';
import { makeAdd } from '../../../src/history/export/open-log.ts';

let root: string;
let store: FileStore;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tidemark-test-'));
  store = openFolderStore(root, join(root, '.writing'));
});
afterEach(() => rmSync(root, { recursive: true }));

const PARTITION = { list: 'l', watch: 'w', month: '2026-02' };
const add = (path: string): Action => ({
  add: makeAdd(path, PARTITION, new Map([['k', { digest: 'd', deps: ['b'] }]]), '{}', 2, 3),
});
const remove = (path: string): Action => ({
  remove: { path, deletionTimestamp: 0, dataChange: true },
});
const versions = () => readdirSync(join(root, 'log')).sort();

describe('the log of an export', () => {
  test('says of which files it consists, version by version', async () => {
    const first = await commitLog(store, 'log', EMPTY_LOG, [add('a=1/x y.csv'), add('b')]);
    const second = await commitLog(store, 'log', first ?? EMPTY_LOG, [remove('b'), add('c')]);
    expect([...(second?.files.keys() ?? [])]).toEqual(['a=1/x y.csv', 'c']);
    expect(await readLog(store, 'log')).toEqual(second);
    expect(await readLog(store, 'log', first ?? EMPTY_LOG)).toEqual(second);
    expect(second?.files.get('c')?.units.get('k')).toEqual({ digest: 'd', deps: ['b'] });
    expect([...(second?.removed.keys() ?? [])]).toEqual(['b']);
    expect(readFileSync(join(root, 'log', versions()[0] ?? ''), 'utf8')).toContain(
      '"path":"a=1/x%20y.csv"',
    );
    expect(versions()).toEqual(['00000000000000000000.json', '00000000000000000001.json']);
  });

  test('does not keep in memory what units a file has, and refuses at once what is not understood', async () => {
    const state = await commitLog(store, 'log', EMPTY_LOG, [add('a')]);
    const [file] = state?.files.values() ?? [];
    expect(Object.getOwnPropertyDescriptor(file, 'units')?.value).toBeUndefined();
    expect(file?.units).toEqual(file?.units);
    expect(file?.units).not.toBe(file?.units);
    const path = join(root, 'log', versions()[0] ?? '');
    writeFileSync(path, readFileSync(path, 'utf8').replace('{\\"k\\"', '{\\"k'));
    await expect(readLog(store, 'log')).rejects.toThrow('the log of this export is damaged');
  });

  test('has one version of a number: the second writer of it is told, and the first stays', async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        commitLog(store, 'log', EMPTY_LOG, [add(`f${index}`)]),
      ),
    );
    expect(results.filter((state) => state !== null)).toHaveLength(1);
    expect((await readLog(store, 'log')).files.size).toBe(1);
  });

  test('loses none of two hundred versions of eight writers', async () => {
    const write = async (writer: number) => {
      for (let count = 0; count < 25; count++) {
        let state = await readLog(store, 'log');
        for (;;) {
          if ((await commitLog(store, 'log', state, [add(`${writer}-${count}`)])) !== null) break;
          state = await readLog(store, 'log', state);
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    const state = await readLog(store, 'log');
    expect([state.version, state.files.size]).toEqual([199, 200]);
  });

  test.each<[title: string, damage: (path: string) => void, said: string]>([
    ['cut', (path) => writeFileSync(path, readFileSync(path).subarray(0, -20)), 'in the middle'],
    ['emptied', (path) => writeFileSync(path, ''), 'in the middle'],
    ['overwritten', (path) => writeFileSync(path, 'not json\n'), 'JSON'],
    ['removed', (path) => rmSync(path), 'version 0 is missing'],
    [
      'of another writer',
      (path) => writeFileSync(path, '{"protocol":{"minReaderVersion":3,"minWriterVersion":7}}\n'),
      'another program',
    ],
  ])('is refused whole when a version of it is %s', async (_, damage, said) => {
    const first = await commitLog(store, 'log', EMPTY_LOG, [add('a')]);
    await commitLog(store, 'log', first ?? EMPTY_LOG, [add('b')]);
    damage(join(root, 'log', '00000000000000000000.json'));
    await expect(readLog(store, 'log')).rejects.toMatchObject({
      code: 'file_unusable',
      message: expect.stringContaining(said),
      hint: expect.stringContaining('nothing was changed'),
    });
  });
});
