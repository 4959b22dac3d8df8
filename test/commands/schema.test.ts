import { expect, test } from 'vitest';
import { runSchema } from '../../src/commands/set-up/schema.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { VIEWS } from '../../src/store/views/views.ts';
import { memoryIo } from '../support/memory-io.ts';

test('it prints the JSON Schema of the configuration', async () => {
  const io = memoryIo();
  expect([await runSchema(io), JSON.parse(io.out), io.err]).toEqual([
    0,
    JSON.parse(JSON.stringify(configJsonSchema())),
    '',
  ]);
});

test('with --db it describes every view and column', async () => {
  const io = memoryIo();
  expect(await runSchema(io, { db: true })).toBe(0);
  const lines = io.out.split('\n');
  for (const view of VIEWS) {
    const start = lines.indexOf(`${view.name}: ${view.description}`);
    expect(start, view.name).toBeGreaterThanOrEqual(0);
    expect(
      lines
        .slice(start + 1, start + 1 + view.columns.length)
        .map((line) => line.trim().split(' ')[0]),
    ).toEqual(view.columns.map((column) => column.name));
  }
});
