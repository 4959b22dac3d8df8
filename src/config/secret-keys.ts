// Which keys of the file hold secrets, and the file without them.
import { allKeys, keysOfThing } from './channels/kinds.ts';
import type { Path } from './problem.ts';
import { isMapping, thingsOf, valueAt, type Mapping } from './raw.ts';
import { backup } from './sections/backup.ts';
import { lake } from './sections/lake.ts';
import { heartbeat } from './sections/heartbeat.ts';
import { smtp } from './sections/smtp.ts';
import { secretsOf, type SecretMark } from './secret-mark.ts';
import { keyapiSection } from './sources/keyapi.ts';
import { allSourceKeys, hasMainSource, keysOfSource } from './sources/kinds.ts';

/** Sections that may be left out, with the secrets among their keys. */
const OPTIONAL: readonly (readonly [string, [string, SecretMark][]])[] = [
  ['smtp', secretsOf(smtp)],
  ['backup', secretsOf(backup)],
  ['lake', secretsOf(lake)],
  ['heartbeat', secretsOf(heartbeat)],
];
const ofChannels = [...new Map(allKeys().flatMap(secretsOf))];
const ofSources = [...new Map(allSourceKeys().flatMap(secretsOf))];
const isAmong = (secrets: readonly [string, SecretMark][], key: unknown): boolean =>
  secrets.some(([secret]) => secret === key);

/**
 * Is the value at this path a secret, by its key? For a channel: is it a secret for any kind of
 * channel?
 */
export const isSecretKey = ([section, second, third]: Path): boolean =>
  (section === 'source' && isAmong(secretsOf(keyapiSection), second)) ||
  (section === 'sources' && isAmong(ofSources, third)) ||
  OPTIONAL.some(([name, keys]) => section === name && isAmong(keys, second)) ||
  (section === 'channels' && isAmong(ofChannels, third)) ||
  (section === 'web' && /password_hash$/.test(String(third)));

/** The same, or the name of a file that holds one. */
export const leadsToSecret = (path: Path): boolean =>
  isSecretKey(path.map((key) => String(key).replace(/_file$/, '')));

/**
 * The parts of the unchecked file that may hold secrets, with their marks: `source` (also when it
 * is missing but needed), `smtp`, `backup`, `lake`, `heartbeat`, and the sources and channels that are
 * mappings. If the type of one is not known, `isWary` marks every key that is a secret for some
 * type.
 */
export function secretSections(
  raw: unknown,
  isWary = false,
): { path: Path; secrets: readonly [string, SecretMark][] }[] {
  const unknown = (all: readonly [string, SecretMark][]) => (isWary ? all : []);
  return [
    ...(hasMainSource(raw) ? [{ path: ['source'], secrets: secretsOf(keyapiSection) }] : []),
    ...thingsOf(raw, 'sources').map(({ path, thing }) => {
      const keys = keysOfSource(thing);
      return { path, secrets: keys === undefined ? unknown(ofSources) : secretsOf(keys) };
    }),
    ...OPTIONAL.filter(([name]) => isMapping(valueAt(raw, [name]))).map(([name, secrets]) => ({
      path: [name],
      secrets,
    })),
    ...thingsOf(raw, 'channels').map(({ path, thing }) => {
      const keys = keysOfThing(thing);
      return { path, secrets: keys === undefined ? unknown(ofChannels) : secretsOf(keys) };
    }),
  ];
}

/**
 * The raw file with harmless stand-ins in place of its secrets, for commands that use none. So
 * these commands work in a shell without the daemon's environment, and for people who may not read
 * its secret files. What is not in the file is not added.
 */
export function spareSecrets(raw: unknown): unknown {
  if (!isMapping(raw)) return raw;
  const spared: Mapping = { ...raw };
  for (const { path, secrets } of secretSections(raw, true)) {
    const section = valueAt(raw, path);
    if (isMapping(section)) put(spared, path, secrets.reduce(withoutSecret, section));
  }
  return spared;
}

function withoutSecret(section: Mapping, [key, { standIn }]: [string, SecretMark]): Mapping {
  const isThere = [key, `${key}_file`].some((name) => (valueAt(section, [name]) ?? null) !== null);
  if (standIn === null) return without(section, key, `${key}_file`);
  return isThere ? { ...without(section, `${key}_file`), [key]: standIn } : section;
}

/** Puts a section back in its place, in copies of what holds it: the file itself is not changed. */
function put(file: Mapping, [first = '', second]: Path, section: Mapping): void {
  const holder = file[first];
  file[first] =
    second !== undefined && isMapping(holder) ? { ...holder, [second]: section } : section;
}

const without = (thing: Mapping, ...keys: string[]): Mapping =>
  Object.fromEntries(Object.entries(thing).filter(([key]) => !keys.includes(key)));
