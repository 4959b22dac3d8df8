// ClickHouse, in a process of its own: statements come in as lines of JSON, answers go out as lines.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

interface Chdb {
  Session: new (folder: string) => { query(sql: string, format: string): unknown };
}

const [tool = '', folder = ''] = process.argv.slice(2);
const { Session } = createRequire(join(tool, 'package.json'))('chdb') as Chdb;
const session = new Session(folder);
for await (const line of createInterface({ input: process.stdin })) {
  const { sql, format } = JSON.parse(line) as { sql: string; format: string };
  let answer: { text: string } | { error: string };
  try {
    answer = { text: String(session.query(sql, format)) };
  } catch (thrown) {
    answer = { error: String(thrown) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
