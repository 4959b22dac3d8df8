// What a program or an assistant asks to try: a configured rule, and what is edited in it.
import type { Rule } from '../../config/config.ts';
import { AppError } from '../../lib/errors.ts';
import type { WebDeps } from '../deps.ts';
import { FIELDS, givenFields, readEdited } from './edit.ts';
import { findRule } from './find-rule.ts';

/**
 * The rule as it is configured, and as it would be.
 * @throws AppError `not_found` for a rule that nobody knows or that is no longer configured,
 * `usage` with all that is wrong with the fields
 */
export function readAskedEdit(
  deps: WebDeps,
  given: Readonly<Record<string, string | undefined>> & { rule: string },
): { configured: Rule; edited: Rule } {
  const configured = findRule(deps, given.rule);
  if (configured === null)
    throw new AppError('not_found', `the rule ${given.rule} is no longer in the config`);
  const said = FIELDS.flatMap((name): [string, string][] => {
    const text = given[name];
    return text === undefined ? [] : [[name, text]];
  });
  const edited = readEdited(
    deps.config,
    configured,
    givenFields(configured, Object.fromEntries(said)),
  );
  if ('problems' in edited) throw new AppError('usage', edited.problems.join('; '));
  return { configured, edited: edited.rule };
}
