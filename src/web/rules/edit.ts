// A rule as it is edited on its page: those keys that change when it fires and what for.
import { expressionChecker } from '../../alert/compile.ts';
import { compareProblem, durationProblem } from '../../config/formats.ts';
import { covers, type Compare, type Config, type Rule } from '../../config/config.ts';
import { formatDuration, parseDuration } from '../../lib/duration.ts';
import { stringify } from 'yaml';
import type { Asked } from '../asked.ts';

/** The fields that are edited, as they are typed. */
export const FIELDS = [
  'when',
  'clear',
  'compare',
  'for',
  'clear_for',
  'cooldown',
  'max_gap',
] as const;
export type Fields = Record<(typeof FIELDS)[number], string>;

const LONGEST_EXPRESSION = 10_000;

const compareText = (compare: Compare): string =>
  compare.kind === 'previous' ? 'previous' : compare.text;

const durationText = (ms: number | null): string =>
  ms === null ? '' : formatDuration(ms).replaceAll(' ', '');

/** A configured rule as fields. */
export const fieldsOf = (rule: Rule): Fields => ({
  when: rule.when.trim(),
  clear: rule.clear?.trim() ?? '',
  compare: compareText(rule.compare),
  for: String(rule.for),
  clear_for: String(rule.clearFor),
  cooldown: durationText(rule.cooldownMs),
  max_gap: durationText(rule.maxGapMs),
});

/** What was typed, over what is configured. */
export const givenFields = (rule: Rule, given: Asked): Fields => {
  const fields = fieldsOf(rule);
  for (const name of FIELDS) fields[name] = (given[name] ?? fields[name]).trim();
  return fields;
};

/** The edited rule; or what is wrong with it, each field by its name. */
export type Edited = { rule: Rule } | { problems: readonly string[] };

/** Checks the fields as the config does. */
export function readEdited(config: Config, rule: Rule, fields: Fields): Edited {
  const problems = [
    ...expressionProblems(config, rule, fields),
    ...said('compare', compareProblem(fields.compare)),
    ...said('for', countProblem(fields.for)),
    ...said('clear_for', countProblem(fields.clear_for)),
    ...(fields.cooldown === '' ? [] : said('cooldown', durationProblem()(fields.cooldown))),
    ...(fields.max_gap === '' ? [] : said('max_gap', durationProblem()(fields.max_gap))),
  ];
  if (problems.length > 0) return { problems };
  const { compare } = fields;
  return {
    rule: {
      ...rule,
      when: fields.when,
      clear: fields.clear === '' ? null : fields.clear,
      compare:
        compare === 'previous'
          ? { kind: 'previous' }
          : { kind: 'ago', ms: parseDuration(compare) ?? 0, text: compare },
      for: Number(fields.for),
      clearFor: Number(fields.clear_for),
      cooldownMs: fields.cooldown === '' ? null : (parseDuration(fields.cooldown) ?? null),
      maxGapMs: fields.max_gap === '' ? null : (parseDuration(fields.max_gap) ?? null),
    },
  };
}

const said = (name: string, problem: string | null): string[] =>
  problem === null ? [] : [`${name} ${problem}`];

const countProblem = (text: string): string | null =>
  /^[1-9]\d{0,2}$/.test(text) ? null : 'must be a whole number from 1 to 999';

function expressionProblems(config: Config, rule: Rule, fields: Fields): string[] {
  const check = expressionChecker();
  const watched = config.watches.filter(({ name }) => covers(rule, name));
  const lists = [...new Set(watched.map(({ list }) => list))];
  return (['when', 'clear'] as const).flatMap((name) => {
    const sql = fields[name];
    if (sql === '') return name === 'when' ? ['when is required'] : [];
    if (sql.length > LONGEST_EXPRESSION) return [`${name} is too long`];
    const problem = check(sql, lists);
    return problem === null ? [] : [`${name} is not a condition:\n${problem}`];
  });
}

/** The rule for the config, as YAML: what is left at its default is left out. */
export function ruleYaml(rule: Rule): string {
  const fields = fieldsOf(rule);
  const told: Record<string, unknown> = {
    ...(rule.description === null ? {} : { description: rule.description }),
    ...(rule.watches === null ? {} : { watches: rule.watches }),
    when: fields.when,
    ...(fields.compare === 'previous' ? {} : { compare: fields.compare }),
    ...(fields.clear === '' ? {} : { clear: fields.clear }),
    ...(rule.for === 1 ? {} : { for: rule.for }),
    ...(rule.clearFor === 1 ? {} : { clear_for: rule.clearFor }),
    ...(fields.cooldown === '' ? {} : { cooldown: fields.cooldown }),
    ...(rule.repeatMs === null ? {} : { repeat: durationText(rule.repeatMs) }),
    ...(rule.resolved ? { resolved: true } : {}),
    ...(rule.onFirst === 'adopt' ? {} : { on_first: rule.onFirst }),
    ...(fields.max_gap === '' ? {} : { max_gap: fields.max_gap }),
    ...(rule.severity === 'info' ? {} : { severity: rule.severity }),
    ...(rule.notify.length === 0 ? {} : { notify: rule.notify }),
  };
  return stringify({ rules: { [rule.name]: told } }, { lineWidth: 100 });
}
