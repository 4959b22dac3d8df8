// What no single key can tell: names that must exist elsewhere, and things that must not be
// there twice. It reads the file before zod has checked it, so that these problems are told
// together with all others.
import { nearest } from '../lib/nearest.ts';
import type { ListKind } from '../list/list-kind.ts';
import { DEFAULT_LIST } from '../list/shipped.ts';
import { checkChannel } from './channels/kinds.ts';
import { nameProblem } from './formats.ts';
import type { Path, Problem } from './problem.ts';
import { isMapping, namesOf, textsOf, thingsOf, valueAt } from './raw.ts';
import { repeated } from './repeated.ts';
import { checkSources } from './sources/kinds.ts';
import { checkTracked, trackedBy, tracksBroken } from './watch-list.ts';
import { checkDates } from './cross-check-dates.ts';
import { checkTiers } from './cross-check-tiers.ts';
import { webProblems } from './cross-check-web.ts';

/**
 * Says what is wrong with a rule's expression, perhaps over several lines; null when it is sound
 * for each of the lists that the rule looks at.
 */
export type CheckExpression = (sql: string, lists: readonly ListKind[]) => string | null;

/**
 * What is wrong between keys that are right by themselves: names that nothing has, expressions that
 * do not compile.
 */
export function crossCheck(raw: unknown, checkExpression: CheckExpression): Problem[] {
  const problems: Problem[] = [];
  for (const section of ['sources', 'watches', 'channels', 'rules', 'digests']) {
    for (const name of namesOf(raw, section)) {
      const problem = nameProblem(name);
      if (problem !== null)
        problems.push({ path: [section, name], text: problem, isAboutKey: true });
    }
  }
  if (isMapping(valueAt(raw, ['watches'])) && namesOf(raw, 'watches').length === 0)
    problems.push({ path: ['watches'], text: 'must hold at least one watch' });

  problems.push(...checkSources(raw), ...checkTracked(raw), ...checkDates(raw));
  for (const { path, thing } of [...thingsOf(raw, 'rules'), ...thingsOf(raw, 'digests')]) {
    problems.push(
      ...unknownNames(thing.watches, [...path, 'watches'], 'watch', namesOf(raw, 'watches')),
    );
    problems.push(
      ...unknownNames(thing.notify, [...path, 'notify'], 'channel', namesOf(raw, 'channels')),
    );
  }
  for (const { path, thing } of thingsOf(raw, 'rules')) {
    for (const key of ['when', 'clear']) {
      const sql = thing[key];
      const lists = listsOf(raw, thing.watches);
      const detail =
        typeof sql === 'string' && sql.trim() !== '' && lists.length > 0
          ? checkExpression(sql, lists)
          : null;
      if (detail !== null)
        problems.push({ path: [...path, key], text: 'is not a condition', detail });
    }
  }
  for (const { path, thing } of thingsOf(raw, 'channels'))
    problems.push(...checkChannel(thing, path, raw));
  return [
    ...problems,
    ...smtpPasswordProblems(valueAt(raw, ['smtp'])),
    ...checkTiers(raw),
    ...webProblems(valueAt(raw, ['web'])),
    ...['backup', 'lake'].flatMap((name) => storeProblems(name, valueAt(raw, [name]))),
  ];
}

/**
 * The lists of the watches that a rule names, or of all; where none can be told, the one that a
 * watch has by default. Of a list that something is wrong with it is not known which columns it has.
 */
function listsOf(raw: unknown, watches: unknown): readonly ListKind[] {
  const named = textsOf(watches).map(({ text }) => text);
  const covered = thingsOf(raw, 'watches').filter(
    ({ name }) => watches === undefined || named.includes(name),
  );
  const lists = covered
    .filter(({ thing }) => !tracksBroken(raw, thing))
    .map(({ thing }) => trackedBy(raw, thing)?.list ?? DEFAULT_LIST);
  return covered.length === 0 ? [DEFAULT_LIST] : [...new Set(lists)];
}

function unknownNames(
  list: unknown,
  path: Path,
  kind: string,
  known: readonly string[],
): Problem[] {
  const unknown = textsOf(list)
    .filter(({ text }) => !known.includes(text))
    .map(({ text, index }) => ({
      path: [...path, index],
      text: `is not the name of a ${kind}`,
      suggestion: nearest(text, known),
    }));
  return [...unknown, ...repeated(list, path)];
}

/** `password` may complete a `url` that has a user name and no password. */
function smtpPasswordProblems(smtp: unknown): Problem[] {
  if (!isMapping(smtp) || typeof smtp.url !== 'string' || !URL.canParse(smtp.url)) return [];
  const key = ['password', 'password_file'].find((name) => typeof smtp[name] === 'string');
  if (key === undefined) return [];
  const url = new URL(smtp.url);
  if (url.password !== '')
    return [
      { path: ['smtp', key], text: 'cannot be given together with a password in url; keep one' },
    ];
  return url.username === ''
    ? [{ path: ['smtp', key], text: 'needs a user name in url: smtp://user@host:port' }]
    : [];
}

/**
 * A bucket needs a key. A folder needs none, so a key that is given was meant for something else.
 */
function storeProblems(name: string, keys: unknown): Problem[] {
  if (!isMapping(keys) || typeof keys.to !== 'string') return [];
  const missing = (key: string) => ({
    path: [name, key],
    text: `is required: ${name}.to is an S3-compatible store`,
  });
  if (!keys.to.startsWith('s3://')) {
    const lost = ['endpoint', 'access_key_id', 'secret_access_key', 'secret_access_key_file'];
    return lost
      .filter((key) => (keys[key] ?? null) !== null)
      .map((key) => ({ path: [name, key], text: `is for s3:// alone: ${name}.to is a folder` }));
  }
  const hasSecret = (keys['secret_access_key'] ?? keys['secret_access_key_file'] ?? null) !== null;
  return [
    ...((keys['access_key_id'] ?? null) === null ? [missing('access_key_id')] : []),
    ...(hasSecret ? [] : [missing('secret_access_key')]),
  ];
}
