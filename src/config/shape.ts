import type * as z from 'zod';
import { nearest } from '../lib/nearest.ts';
import { DEFAULT_LIST } from '../list/shipped.ts';
import type { Path, Problem } from './problem.ts';
import { thingsOf, valueAt } from './raw.ts';
import { channelKinds } from './channels/kinds.ts';
import { schemaFor, type ConfigFile } from './schema.ts';
import { KNOWN_KEYS } from './sections/values.ts';
import { watchOf, watchOfUnknown } from './sections/watch.ts';
import { sourceKinds } from './sources/kinds.ts';
import { trackedBy } from './watch-list.ts';

/**
 * Checks every key by itself; the keys of a watch by the list it tracks. `file` is null when there
 * are problems.
 */
export function checkShape(raw: unknown): { file: ConfigFile | null; problems: Problem[] } {
  const watches = Object.fromEntries(
    thingsOf(raw, 'watches').map(({ name, thing }) => {
      const tracked = trackedBy(raw, thing);
      return [name, tracked === null ? watchOfUnknown : watchOf(tracked.list)];
    }),
  );
  const result = schemaFor(watches).safeParse(raw);
  if (result.success) return { file: result.data as ConfigFile, problems: [] };
  return {
    file: null,
    problems: result.error.issues.flatMap((issue) => problemsOf(issue, [], raw)),
  };
}

function problemsOf(issue: z.core.$ZodIssue, above: Path, raw: unknown): Problem[] {
  const path: Path = [...above, ...(issue.path as Path)];
  if (issue.code === 'unrecognized_keys') {
    const [of = '', keys = ''] = issue.message.split(KNOWN_KEYS);
    const known = keys.split(' ');
    const text =
      of === '' || of === DEFAULT_LIST.name
        ? 'is not a known key'
        : `is no key of ${of}, which has ${known.join(', ')}`;
    return issue.keys.map((key) => ({
      path: [...path, key],
      text,
      suggestion: nearest(key, known),
      isAboutKey: true,
    }));
  }
  if (issue.code === 'invalid_union') {
    // A value may have one of several forms. The one whose outer type fits was meant, and what
    // is wrong inside it says more than "no form fits".
    const meant = issue.errors.find((errors) =>
      errors.every((inner) => inner.path.length > 0 || inner.code !== 'invalid_type'),
    );
    if (meant && meant.length > 0) return meant.flatMap((inner) => problemsOf(inner, path, raw));
  }
  const value = valueAt(raw, path);
  const values = valuesOf(issue, path[0]);
  const meant = typeof value === 'string' ? nearest(value, values) : undefined;
  const suggestion =
    issue.code === 'custom' ? (issue.params?.suggestion as string | undefined) : meant;
  // A lone text where keys were expected is often `token:sk_live_…` without its blank, so it is
  // not repeated.
  const isKeysMissing =
    issue.code === 'invalid_type' &&
    ['object', 'record'].includes(issue.expected) &&
    typeof value !== 'object' &&
    value !== undefined;
  return [
    { path, text: issue.message, suggestion, ...(isKeysMissing && { got: 'a single value' }) },
  ];
}

/** The values that may stand there. Only channels and sources are told apart by their `type`. */
function valuesOf(issue: z.core.$ZodIssue, section: unknown): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code !== 'invalid_union') return [];
  return section === 'sources' ? sourceKinds() : channelKinds();
}
