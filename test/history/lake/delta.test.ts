// The Delta log of a lake: checkpoints, statistics, and files that stay for readers under way.
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parquetReadObjects } from 'hyparquet';
import { isCheckpointDue, writeCheckpoint } from '../../../src/history/export/checkpoint.ts';
import { commitPending } from '../../../src/history/export/commit.ts';
import type { Pending } from '../../../src/history/export/write-month.ts';
import { TOP_PRODUCTS } from '../../../src/list/top-products.ts';
import { openFolderStore, type FileStore } from '../../../src/history/export/file-store.ts';
import { commitLog, readLog } from '../../../src/history/export/log.ts';
import { EMPTY_LOG, type Action, type LogState } from '../../../src/history/export/log-state.ts';
import { makeAdd } from '../../../src/history/export/open-log.ts';
import { openParquet } from '../../../src/history/export/write-parquet.ts';
import { deltaStats } from '../../../src/history/lake/stats.ts';

let root: string;
let store: FileStore;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tidemark-test-'));
  store = openFolderStore(root, join(root, '.writing'));
});
afterEach(() => rmSync(root, { recursive: true }));

const LOG = '_delta_log';
const UNITS = new Map([['2026-02-01T06:00:00.000Z', { digest: 'd', deps: ['b'] }]]);
const add = (name: string): Action => ({
  add: makeAdd(
    `list=l/watch=w ü/month=2026-02/${name}`,
    { list: 'l', watch: 'w ü', month: '2026-02' },
    UNITS,
    '{"numRecords":1}',
    2,
    3,
  ),
});
const FIRST: Action[] = [
  { protocol: { minReaderVersion: 1, minWriterVersion: 2 } },
  {
    metaData: {
      id: 'x',
      format: { provider: 'parquet', options: {} },
      schemaString: '{}',
      partitionColumns: ['list', 'watch', 'month'],
      configuration: { a: 'b' },
      createdTime: 5,
    },
  },
];
const remove = (action: Action, at: number): Action => ({
  remove: {
    path: 'add' in action ? action.add.path : '',
    deletionTimestamp: at,
    dataChange: true,
  },
});

/** Commits `count` versions that each replace the file of the one before. */
async function commits(count: number): Promise<LogState> {
  let state = EMPTY_LOG;
  for (let version = 0; version < count; version++) {
    const actions =
      version === 0
        ? [...FIRST, add('0')]
        : [remove(add(String(version - 1)), version), add(String(version))];
    state = (await commitLog(store, LOG, state, actions)) ?? state;
    if (isCheckpointDue(state))
      state = await writeCheckpoint(store, join(root, '.writing'), LOG, state, 40);
  }
  return state;
}

describe('checkpoints', () => {
  test('come every three versions, and the versions before them are read no more', async () => {
    const written = await commits(104);
    const names = readdirSync(join(root, LOG)).filter((name) => name.includes('checkpoint'));
    expect(names.sort()).toEqual([
      ...Array.from(
        { length: 34 },
        (_, index) => `${String((index + 1) * 3).padStart(20, '0')}.checkpoint.parquet`,
      ),
      '_last_checkpoint',
    ]);
    for (const name of readdirSync(join(root, LOG)))
      if (/^0+\d\d\.json$/.test(name)) rmSync(join(root, LOG, name));
    const read = await readLog(store, LOG);
    expect(read.files).toEqual(
      new Map([...written.files].map(([name, file]) => [name, { ...file, add: file.add }])),
    );
    expect(read.version).toBe(103);
    expect(read.metaData).toEqual(written.metaData);
    expect(read.checkpoint).toBe(102);
    // Files that were deleted long ago are forgotten.
    expect([...read.removed.values()].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 64 }, (_, index) => index + 40),
    );
  });

  test('that are damaged cost nothing but time', async () => {
    const written = await commits(60);
    writeFileSync(join(root, LOG, '00000000000000000057.checkpoint.parquet'), 'PAR1');
    const read = await readLog(store, LOG);
    expect([...read.files.keys()]).toEqual([...written.files.keys()]);
    expect(read.version).toBe(59);
  });
});

describe('old versions', () => {
  const OLD = new Date('2020-01-01');
  const versions = (ending: string) =>
    readdirSync(join(root, LOG))
      .filter((name) => name.slice('00000000000000000000'.length) === ending)
      .map((name) => Number(name.slice(0, 20)))
      .sort((a, b) => a - b);
  const age = (before: number) => {
    for (const name of readdirSync(join(root, LOG)))
      if (Number(name.slice(0, 20)) < before) utimesSync(join(root, LOG, name), OLD, OLD);
  };

  test('go after thirty days, once two checkpoints are newer, and whoever reads on finds the rest', async () => {
    const known = await commits(103);
    age(60);
    const change: Pending = {
      partition: { list: 'l', watch: 'w', month: '2026-02' },
      base: [],
      removes: [],
      file: null,
      rows: 0,
    };
    const target = {
      store,
      scratch: join(root, '.writing'),
      selection: {
        view: 'history',
        list: TOP_PRODUCTS,
        watches: null,
        sinceAt: null,
        untilAt: null,
      },
      format: 'parquet',
      columns: [],
      now: () => Date.now(),
      keepMs: null,
    } as const;
    let state = known;
    while (state.version < 150) ({ state } = await commitPending(target, state, [change]));
    expect(versions('.json')[0]).toBe(60);
    expect(versions('.checkpoint.parquet')).toEqual(
      Array.from({ length: 31 }, (_, index) => 60 + index * 3),
    );
    expect([...(await readLog(store, LOG)).files.keys()]).toEqual([...state.files.keys()]);
    expect((await readLog(store, LOG, known)).files).toEqual(state.files);
    // The newest checkpoint is damaged: the one before it serves.
    writeFileSync(join(root, LOG, '00000000000000000150.checkpoint.parquet'), 'PAR1');
    const read = await readLog(store, LOG);
    expect([read.version, read.checkpoint]).toEqual([150, 147]);
    expect([...read.files.keys()]).toEqual([...state.files.keys()]);
  });
});

describe('statistics of a file', () => {
  test('bound every column by its bytes and exactly, and count what is missing', async () => {
    const path = join(root, 'a.parquet');
    const file = openParquet(
      path,
      [
        { name: 'watch', kind: 'text' },
        { name: 'product', kind: 'text' },
        { name: 'count', kind: 'int64' },
        { name: 'rate', kind: 'double' },
        { name: 'slot_at', kind: 'time' },
        { name: 'none', kind: 'int32' },
      ],
      [{ name: 'month', value: '2026-02' }],
    );
    const at = '2026-02-03T04:05:06.789Z';
    file.add([
      ['w', '\uFF21', 9007199254740993n, -0.5, at, null],
      ['w', '\u{1F457}', 2, 1.25, '2026-02-01T00:00:00.000Z', null],
      ['w', null, 3, null, at, null],
    ]);
    file.finish();
    expect(deltaStats(path)).toBe(
      '{"numRecords":3,' +
        '"minValues":{"product":"\uFF21","count":2,"rate":-0.5,"slot_at":"2026-02-01T00:00:00.000Z"},' +
        '"maxValues":{"product":"\u{1F457}","count":9007199254740993,"rate":1.25,"slot_at":"2026-02-03T04:05:06.789Z"},' +
        '"nullCount":{"product":1,"count":0,"rate":1,"slot_at":0,"none":3}}',
    );
  });

  test('are in the checkpoint, as are the tags that say what a file holds', async () => {
    await commits(51);
    const bytes = await store.get(`${LOG}/00000000000000000048.checkpoint.parquet`);
    const rows = await parquetReadObjects({ file: new Uint8Array(bytes ?? []).buffer });
    const added = rows.map((row) => (row['add'] ?? null) as object | null);
    expect(added.filter((one) => one !== null)).toMatchObject([
      { stats: '{"numRecords":1}', partitionValues: { watch: 'w ü' }, size: 2n },
    ]);
  });
});
