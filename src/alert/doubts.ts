// What an expression says that was probably not meant: it is valid, but never true, always true,
// or true by accident.
import { domainOf, listsOf, type RuleScope } from './domains.ts';
import { everyPart, parseExpression, type Part } from './parse.ts';
import { sampleTruth } from './sample.ts';

const SHARED_COUNTS = ['rank', 'rank_before', 'rank_gain', 'rank_best', 'slots_on_list', 'streak'];

/** The columns of whole numbers, of any of the lists. */
const countsOf = (scope: RuleScope): ReadonlySet<string> =>
  new Set([
    ...SHARED_COUNTS,
    ...listsOf(scope).flatMap(({ parameters, metrics }) => [
      ...parameters.filter(({ values }) => values.kind === 'whole').map(({ key }) => key),
      ...metrics
        .filter(({ kind }) => kind === 'count')
        .flatMap(({ column }) => [column, `${column}_before`, `${column}_delta`]),
    ]),
  ]);
const COMPARISONS: ReadonlySet<string> = new Set(['=', '==', '<>', '!=', '<', '<=', '>', '>=']);
const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/**
 * What was probably not meant by a sound expression, as sentences that follow the name of its key;
 * empty when nothing is found. `scope`: the lists that the rule looks at. Nothing is said of an
 * expression that parse.ts cannot take apart.
 */
export function doubtsOf(sql: string, scope: RuleScope): string[] {
  const whole = parseExpression(sql);
  if (whole === null) return [];
  const text = ({ at, end }: Part) => sql.slice(at, end).replace(/\s+/g, ' ');
  const parts = everyPart(whole);
  const counts = countsOf(scope);
  if (parts.every(({ kind }) => kind !== 'column'))
    return ['names no column, so that it is the same for every product'];
  const doubts = parts.flatMap((part) => [
    ...nullDoubts(part, text(part)),
    ...divisionDoubts(part, text(part), counts),
    ...neverDoubts(part, text(part), scope),
  ]);
  if (doubts.length === 0) {
    const truth = sampleTruth(sql, parts, scope);
    if (truth === 'never') doubts.push('can be true of no product');
    if (truth === 'always') doubts.push('is true of every product');
  }
  return [...new Set(doubts)];
}

const isNull = ({ kind, op }: Part): boolean => kind === 'literal' && op === 'null';

function nullDoubts({ kind, op, parts }: Part, text: string): string[] {
  if (kind !== 'operator') return [];
  if (COMPARISONS.has(op) && parts.some(isNull))
    return [`${text} is unknown, whatever the value: write IS NULL or IS NOT NULL`];
  if ((op === 'in' || op === 'not in') && parts[1]?.parts.some(isNull))
    return [`NULL in the list of ${text} equals nothing: write IS NULL besides`];
  return [];
}

/** Whole numbers divided by whole numbers give whole numbers: 5 / 1000 is 0. */
function divisionDoubts({ op, parts }: Part, text: string, counts: ReadonlySet<string>): string[] {
  if (op !== '/' || !parts.every((part) => isWhole(part, counts) && hasColumn(part))) return [];
  return [
    `${text} divides two counts, and drops the fraction: write ${text.replace(/\s*\//, ' * 1.0 /')}`,
  ];
}

const hasColumn = (part: Part): boolean => everyPart(part).some(({ kind }) => kind === 'column');

function isWhole({ kind, op, parts }: Part, counts: ReadonlySet<string>): boolean {
  if (kind === 'column') return counts.has(op);
  if (kind === 'literal') return /^\d+$/.test(op);
  const isSum =
    (kind === 'operator' && /^(\+|-|\*|\/|%|unary [-+])$/.test(op)) ||
    (kind === 'call' && /^(abs|max|min|coalesce|ifnull|nullif)$/.test(op));
  return isSum && parts.every((part) => isWhole(part, counts));
}

/** A comparison of a column with a value that it never has. */
function neverDoubts({ kind, op, parts }: Part, text: string, scope: RuleScope): string[] {
  if (kind !== 'operator') return [];
  const [left, right] = parts;
  if (left === undefined || right === undefined) return [];
  if (op === 'in' || op === 'not in') {
    const domain = left.kind === 'column' ? domainOf(left.op, scope) : null;
    return right.parts.flatMap((one) => {
      const value = valueOf(one);
      return domain === null || value === null || domain.may('=', value)
        ? []
        : [`${left.op} is never ${one.op}: it is ${domain.words}`];
    });
  }
  if (!COMPARISONS.has(op) && op !== 'is') return [];
  const [column, other, comparison] =
    left.kind === 'column' ? [left, right, op] : [right, left, MIRRORED[op] ?? op];
  const domain = column.kind === 'column' ? domainOf(column.op, scope) : null;
  const value = valueOf(other);
  if (domain === null || value === null || domain.may(comparison, value)) return [];
  return [`${text} is never true: ${column.op} is ${domain.words}`];
}

/** The value of a literal, perhaps with a sign; null where it is none, or unknown. */
function valueOf({ kind, op, parts }: Part): string | number | null {
  const [inner] = parts;
  if (kind === 'operator' && op === 'unary -' && inner !== undefined) {
    const value = valueOf(inner);
    return typeof value === 'number' ? -value : null;
  }
  if (kind !== 'literal') return null;
  if (op.startsWith("'")) return op.slice(1, -1).replaceAll("''", "'");
  return /^[\d.]/.test(op) ? Number(op) : null;
}
