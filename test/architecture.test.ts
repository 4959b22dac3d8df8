// The layers, as a test: a file imports only from its own folder or from below, and each dangerous thing has one place.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** From the bottom up. Folders on one line are one layer. */
const LAYERS: readonly (readonly string[])[] = [
  ['lib'],
  ['list', 'sandbox'],
  ['model.ts', 'config', 'schedule'],
  ['message'],
  ['change', 'source', 'snapshot'],
  ['words'],
  ['store'],
  ['alert'],
  ['delivery'],
  ['digest', 'history', 'backup'],
  ['report'],
  ['ops'],
  ['terminal'],
  ['pass', 'pipeline.ts'],
  ['open-app.ts', 'open-pass-source.ts', 'backtest', 'rules-test'],
  ['web'],
  ['daemon'],
  ['commands'],
  ['demo'],
  ['program'],
  ['cli.ts'],
];

const files = listFiles(SRC).map((path) => ({
  path: relative(SRC, path),
  text: readFileSync(path, 'utf8'),
}));

function listFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return listFiles(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

const roomOf = (path: string): string => path.split('/')[0] ?? path;
const layerOf = (path: string): number => LAYERS.findIndex((layer) => layer.includes(roomOf(path)));

/** All that a file names of others, types alone included: what a reader has to know first. */
function importsOf({ path, text }: { path: string; text: string }): string[] {
  const named = [...text.matchAll(/^(?:import|export)\s[^;]*?\sfrom\s+'(\.[^']+)'/gm)];
  const inline = [...text.matchAll(/\bimport\('(\.[^']+)'\)/g)];
  return [...named, ...inline].map((match) =>
    relative(SRC, resolve(SRC, dirname(path), match[1] ?? '')),
  );
}

describe('the layers', () => {
  test('every room of src has its layer', () => {
    expect(files.filter(({ path }) => layerOf(path) === -1).map(({ path }) => path)).toEqual([]);
  });

  test('a file imports only from its own layer or from below', () => {
    const upward = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => layerOf(target) > layerOf(file.path))
        .map((target) => `${file.path} → ${target}`),
    );
    expect(upward).toEqual([]);
  });

  test('the manual has them in its page changing.md, from the bottom up', () => {
    const page = readFileSync(join(SRC, 'manual/changing.md'), 'utf8');
    const [, table = ''] = page.split('| rooms of `src/`');
    const rows = table.split('\n').slice(2);
    const end = rows.findIndex((row) => !row.startsWith('|'));
    const rooms = rows.slice(0, end).map((row) => {
      const [, cell = ''] = row.split('|');
      return [...cell.matchAll(/`([\w.-]+)\/?`/g)].map(([, room]) => room);
    });
    expect(rooms).toEqual(LAYERS);
  });

  test('there are no import cycles', () => {
    const graph = new Map(files.map((file) => [file.path, importsOf(file)]));
    const done = new Set<string>();
    const walk = (path: string, trail: readonly string[]): string[] => {
      if (trail.includes(path)) return [[...trail.slice(trail.indexOf(path)), path].join(' → ')];
      if (done.has(path)) return [];
      const cycles = (graph.get(path) ?? []).flatMap((next) => walk(next, [...trail, path]));
      done.add(path);
      return cycles;
    };
    expect([...graph.keys()].flatMap((path) => walk(path, []))).toEqual([]);
  });
});

/** Without comments, and without the examples that help texts give of `tidemark sql "…"`. */
const codeOf = (text: string): string =>
  text.replace(/^\s*(\/\/|\*|\/\*).*$/gm, '').replace(/tidemark sql "[^"]*"/g, '');

describe('each dangerous thing has one place', () => {
  const RULES: readonly { name: string; pattern: RegExp; allowed: readonly string[] }[] = [
    { name: 'the process is ended nowhere', pattern: /process\.exit\(/, allowed: [] },
    { name: 'the exit code is set in cli.ts', pattern: /process\.exitCode/, allowed: ['cli.ts'] },
    {
      name: 'the environment is read in terminal/process-io.ts',
      pattern: /process\.env\b/,
      allowed: ['terminal/process-io.ts'],
    },
    {
      name: 'the clock is read in lib/clock.ts',
      pattern: /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/,
      allowed: ['lib/clock.ts'],
    },
    {
      name: 'timers are set in lib/clock.ts',
      pattern: /\bset(Timeout|Interval)\(/,
      // Browsers have a clock of their own.
      allowed: ['lib/clock.ts', 'web/client/'],
    },
    {
      // Its tasks step through every run that a clock put forward has passed, 43 s for a year of minutes.
      name: 'node-cron reads schedules, and wakes at one minute at a time',
      pattern: /from 'node-cron'/,
      allowed: ['schedule/schedule-problem.ts', 'daemon/at-next-minute.ts'],
    },
    {
      name: 'signals are joined by `deadline`, which lets go of them',
      pattern: /\bAbortSignal\.any\(/,
      allowed: [],
    },
    { name: 'chance is drawn in commands', pattern: /\bMath\.random\b/, allowed: ['commands/'] },
    {
      name: 'nothing is typed away',
      pattern: /\bas any\b|: any\b|@ts-(ignore|nocheck|expect-error)/,
      allowed: [],
    },
    {
      // `tidemark sql` asks on a connection of its own, in a process that can be killed.
      name: 'SQLite is spoken to in store/',
      pattern: /from '(better-sqlite3|drizzle-orm)|\.(prepare|statement|pragma|pluck)[<(]/,
      allowed: ['store/', 'history/sql/answer.ts', 'history/sql/reads.ts'],
    },
    {
      // What people ask with `tidemark sql`, and the queries that come with it, are SQL by nature.
      name: 'SQL is written in store/ and change/',
      pattern:
        /\b(SELECT|INSERT INTO|DELETE FROM|EXPLAIN QUERY PLAN|PRAGMA) [^,\s`]|\bUPDATE \w+ SET\b/,
      allowed: ['store/', 'change/', 'history/sql/'],
    },
    {
      // A query that names the table of one list shows nothing of all others.
      name: 'the table of observations is asked of the list',
      pattern: /\b(FROM|JOIN|INTO|UPDATE) observations\b/,
      allowed: [],
    },
    {
      name: 'which snapshots are evaluated is said in change/baseline.ts',
      pattern: /IN \('complete', 'partial'\)|=== 'complete' \|\| [\w.]+ === 'partial'/,
      allowed: [],
    },
    {
      name: 'which complete snapshot is the newest is said in change/baseline.ts',
      pattern: /status = 'complete'[^`;]*ORDER BY (\w+\.)?slot_at DESC LIMIT 1\b/,
      allowed: ['change/baseline.ts'],
    },
    {
      name: 'numbers and dates are written in words/, and sizes, durations and times in lib/',
      pattern:
        /\.toFixed\(|\.toLocale(Date|Time)?String\(|new Intl\.(NumberFormat|DateTimeFormat)|\$\{[^}]*\/ 1e\d/,
      allowed: [
        'words/',
        'lib/',
        // They ask what a locale, a zone or a calendar knows, or round a value; none writes.
        'config/formats.ts',
        'schedule/busy-days.ts',
        'rules-test/notation.ts',
        // In the reason that is stored with a snapshot, which a message then tells in its own way.
        'snapshot/log-ratio.ts',
      ],
    },
    { name: 'nothing goes to the console', pattern: /\bconsole\./, allowed: [] },
  ];

  test.each(RULES)('$name', ({ pattern, allowed }) => {
    const found = files.filter(
      ({ path, text }) =>
        !allowed.some((place) => path.startsWith(place)) && pattern.test(codeOf(text)),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  test('a message puts no figure into its words but through its writer', () => {
    const figure =
      /\$\{[\w.]*(\.length|\.total|\b\w*[cC]ount|fired|resolved|rank|credits|slot_at)\}/;
    const found = files.filter(
      ({ path, text }) =>
        /^(message|delivery\/(render|digest))\//.test(path) &&
        figure.test(codeOf(text).replace(/colspan="[^"]*"/g, '')),
    );
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  test('no file is a drawer', () => {
    expect(
      files
        .filter(({ path }) =>
          /(^|\/)(index|utils?|helpers?|types|common|misc|manager|service)\.ts$/.test(path),
        )
        .map(({ path }) => path),
    ).toEqual([]);
  });
});
