// Names on their way from an answer of the source to the database.
import { afterEach, expect, test } from 'vitest';
import { parsePage } from '../../src/source/parse-page.ts';
import { dayAt, fetchedList, makeWorld, products, type World } from '../support/world.ts';

let world: World;
afterEach(() => world.close());

const WRITTEN = 'می\u200cروم 👨\u200d👩\u200d👧';

const parsedName = (name: string): string => {
  const page = parsePage({
    code: 0,
    data: { list: [{ third_ecom_category: { id: '7', value: name } }], pagination: {} },
  });
  const row = page.ok ? page.rows[0] : undefined;
  return row?.product?.name ?? '';
};

test('a name that was stored without its joiners heals with the next snapshot', async () => {
  world = makeWorld();
  const list = products(5);
  await world.pass(dayAt(0), fetchedList([{ id: '7', name: 'میروم 👨👩👧' }, ...list]));
  await world.pass(
    dayAt(1),
    fetchedList([{ id: '7', name: parsedName(`\u202e${WRITTEN}\u200b`) }, ...list]),
  );

  const stored = world.db.raw
    .prepare("SELECT name FROM products WHERE upstream_id = '7'")
    .pluck()
    .get();
  expect(stored).toBe(WRITTEN);
});
