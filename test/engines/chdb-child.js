// ClickHouse, in a process of its own: statements come in as lines of JSON, answers go out as lines.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

const [tool, folder] = process.argv.slice(2);
const { Session } = createRequire(join(tool, 'package.json'))('chdb');
const session = new Session(folder);
for await (const line of createInterface({ input: process.stdin })) {
  const { sql, format } = JSON.parse(line);
  let answer;
  try {
    answer = { text: String(session.query(sql, format)) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
