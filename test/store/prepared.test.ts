// Queries that are prepared once per connection.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/store/file/open.ts';
import { preparedOnce } from '../../src/store/file/prepared.ts';

test('a query is made once for each connection, and asks its own', () => {
  let made = 0;
  const query = preparedOnce((orm) => {
    made++;
    return orm
      .select({ value: sql<number>`${sql.placeholder('value')} + page_count` })
      .from(sql`pragma_page_count`)
      .prepare();
  });
  const [first, second] = [openDatabase(':memory:'), openDatabase(':memory:')];
  first.raw.exec('CREATE TABLE more AS SELECT 1 AS one');
  const pages = query(first).get({ value: 0 })?.value ?? NaN;
  expect(query(first).get({ value: 2 })?.value).toBe(pages + 2);
  expect(query(second).get({ value: 0 })?.value).toBe(pages - 1);
  expect(made).toBe(2);
  first.close();
  expect(query(second).get({ value: 1 })?.value).toBe(pages);
  second.close();
});
