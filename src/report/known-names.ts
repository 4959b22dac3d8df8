import type { Config } from '../config/config.ts';
import { AppError } from '../lib/errors.ts';
import { meantOf } from '../lib/nearest.ts';
import { listRuleNames, listWatchNames } from '../store/reading/names.ts';
import type { Db } from '../store/file/open.ts';

/** What commands need that read or mute. */
export type ReadDeps = { db: Db; config: Config };

/** @throws AppError `not_found` when neither the config nor the database knows the watch. */
export function requireWatch({ db, config }: ReadDeps, name: string): void {
  requireName('watch', name, [...config.watches.map((watch) => watch.name), ...listWatchNames(db)]);
}

/** @throws AppError `not_found` when neither the config nor the database knows the rule. */
export function requireRule({ db, config }: ReadDeps, name: string): void {
  requireName('rule', name, [...config.rules.map((rule) => rule.name), ...listRuleNames(db)]);
}

/** @throws AppError `not_found`, with the name that was meant. */
export function requireName(kind: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new AppError('not_found', `there is no ${kind} ${JSON.stringify(name)}`, {
    hint:
      meantOf(name, known) ?? `add one under ${kind}${kind === 'watch' ? 'es' : 's'} in the config`,
  });
}
