// Which rule a page, a program or an assistant means.
import type { Rule } from '../../config/config.ts';
import { requireRule } from '../../report/known-names.ts';
import type { WebDeps } from '../deps.ts';

/**
 * The configured rule of a name; null for one that is known from before, and no longer configured.
 * @throws AppError `not_found` for a name that nobody knows
 */
export function findRule(deps: WebDeps, name: string): Rule | null {
  requireRule(deps, name);
  return deps.config.rules.find((rule) => rule.name === name) ?? null;
}
