// Makes a migration of what src/store/schema/ says now: npm run migration -- NAME
// Only looks at the migrations there are:               npm run migration -- --check [FOLDER]
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, URL } from 'node:url';
import { installTool } from './tool.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const say = (text) => process.stdout.write(`${text}\n`);

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
const entriesOf = (folder) => readJson(join(folder, 'meta/_journal.json')).entries;
const snapshotOf = (folder, { tag }) => join(folder, `meta/${tag.slice(0, 4)}_snapshot.json`);

/**
 * What is wrong with the journal. Drizzle applies what is later than the last that was applied: of two migrations made
 * side by side the earlier one would be skipped silently, and the picture of the later one would lack its tables.
 */
function problemsOf(folder) {
  const entries = entriesOf(folder);
  return entries.flatMap((entry, at) => {
    const before = entries[at - 1];
    const problems = [];
    if (entry.idx !== at || !entry.tag.startsWith(String(at).padStart(4, '0')))
      problems.push(`${entry.tag}: its number is not ${at}`);
    if (before !== undefined && entry.when <= before.when)
      problems.push(`${entry.tag}: is not later than ${before.tag}, and would be skipped`);
    if (!existsSync(join(folder, `${entry.tag}.sql`))) problems.push(`${entry.tag}.sql is missing`);
    if (!existsSync(snapshotOf(folder, entry)))
      problems.push(`${entry.tag}: its picture in meta/ is missing`);
    else if (
      before !== undefined &&
      existsSync(snapshotOf(folder, before)) &&
      readJson(snapshotOf(folder, entry)).prevId !== readJson(snapshotOf(folder, before)).id
    )
      problems.push(
        `${entry.tag}: was not made on top of ${before.tag}. Take it out, and make it again`,
      );
    return problems;
  });
}

function check(folder) {
  const problems = problemsOf(folder);
  for (const problem of problems) say(problem);
  if (problems.length > 0) process.exitCode = 1;
  else say(`${entriesOf(folder).length} migrations, in order`);
}

/** What Drizzle cannot say, and has to be written by hand. */
function remindersFor(sql) {
  const reminders = [
    'Read it. drizzle-kit does not know what the rows are, and rebuilds a table for a check.',
  ];
  if (/PRIMARY KEY\(/.test(sql))
    reminders.push(
      'A table whose key is of several columns: write ) STRICT, WITHOUT ROWID; (test/store/schema.test.ts).',
    );
  reminders.push(
    'Views are not in it: they are made from src/store/views/views.ts each time a file is opened for writing.',
    'A column of a time: say in src/store/clock-ahead.ts what becomes of it when the clock was ahead.',
    'A reference to snapshots: give it an index, or deleting one reads the whole table.',
    'Then: npx vitest run test/store test/upgrade.test.ts',
  );
  return reminders;
}

function make(name) {
  const folder = join(root, 'migrations');
  const before = entriesOf(folder).length;
  const kit = join(installTool('drizzle-kit'), 'node_modules/drizzle-kit/bin.cjs');
  const { status } = spawnSync(process.execPath, [kit, 'generate', '--name', name], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) {
    process.exitCode = status ?? 1;
    return;
  }
  const made = entriesOf(folder).slice(before);
  for (const { tag } of made) {
    const path = join(folder, `${tag}.sql`);
    // Every table is strict; drizzle-kit cannot say so.
    const sql = readFileSync(path, 'utf8').replace(/^\);/gm, ') STRICT;');
    writeFileSync(path, sql);
    say(`\nmigrations/${tag}.sql`);
    for (const reminder of remindersFor(sql)) say(`* ${reminder}`);
  }
  check(folder);
}

const [first, second] = process.argv.slice(2);
if (first === '--check') check(second ?? join(root, 'migrations'));
else if (/^[a-z][a-z0-9_]*$/.test(first ?? '')) make(first);
else {
  say('usage: npm run migration -- NAME     (lower-case letters, digits and _; or --check)');
  process.exitCode = 2;
}
