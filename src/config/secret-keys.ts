// Which keys of the file hold secrets, and the file without them.
import type { Path } from './problem.ts';
import { isMapping, thingsOf, valueAt, type Mapping } from './raw.ts';

/** Is the value at this path a secret by its key? */
export const isSecretKey = ([section, second, third]: Path): boolean =>
  (section === 'source' && second === 'token') ||
  (section === 'smtp' && (second === 'url' || second === 'password')) ||
  (section === 'channels' && (third === 'url' || third === 'secret' || third === 'headers'));

/** The same, or the name of a file that holds one. */
export const leadsToSecret = (path: Path): boolean =>
  isSecretKey(path.map((key) => String(key).replace(/_file$/, '')));

/**
 * The raw file with harmless stand-ins for its secrets, for commands that use none: they work in a shell that has not the
 * daemon's environment, and for people who may not read its secret files. What is not there is not added.
 */
export function spareSecrets(raw: unknown): unknown {
  if (!isMapping(raw)) return raw;
  const spared: Mapping = { ...raw };
  if (isMapping(spared['source'])) spared['source'] = standIn(spared['source'], 'token', 'spared');
  if (isMapping(spared['smtp']))
    spared['smtp'] = without(
      standIn(spared['smtp'], 'url', 'smtp://spared.invalid'),
      'password',
      'password_file',
    );
  if (isMapping(spared['channels'])) {
    const webhooks = thingsOf(raw, 'channels').map(({ name, thing }) => [
      name,
      without(standIn(thing, 'url', 'https://spared.invalid/'), 'secret', 'secret_file', 'headers'),
    ]);
    spared['channels'] = { ...spared['channels'], ...(Object.fromEntries(webhooks) as Mapping) };
  }
  return spared;
}

function standIn(thing: Mapping, key: string, value: string): Mapping {
  const isThere = [key, `${key}_file`].some((name) => (valueAt(thing, [name]) ?? null) !== null);
  return isThere ? { ...without(thing, `${key}_file`), [key]: value } : thing;
}

const without = (thing: Mapping, ...keys: string[]): Mapping =>
  Object.fromEntries(Object.entries(thing).filter(([key]) => !keys.includes(key)));
