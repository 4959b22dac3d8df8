import type * as z from 'zod';
import { nearest } from '../lib/nearest.ts';
import type { Path, Problem } from './problem.ts';
import { valueAt } from './raw.ts';
import { channelKinds } from './channels/kinds.ts';
import { configSchema, type ConfigFile } from './schema.ts';
import { KNOWN_KEYS } from './sections/values.ts';

/** Checks every key by itself. `file` is null when there are problems. */
export function checkShape(raw: unknown): { file: ConfigFile | null; problems: Problem[] } {
  const result = configSchema.safeParse(raw);
  if (result.success) return { file: result.data, problems: [] };
  return {
    file: null,
    problems: result.error.issues.flatMap((issue) => problemsOf(issue, [], raw)),
  };
}

function problemsOf(issue: z.core.$ZodIssue, above: Path, raw: unknown): Problem[] {
  const path: Path = [...above, ...(issue.path as Path)];
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.slice(KNOWN_KEYS.length).split(' ');
    return issue.keys.map((key) => ({
      path: [...path, key],
      text: 'is not a known key',
      suggestion: nearest(key, known),
      isAboutKey: true,
    }));
  }
  if (issue.code === 'invalid_union') {
    // The form that was meant is the one whose outer type fits; what is wrong inside it says more
    // than "no form fits".
    const meant = issue.errors.find((errors) =>
      errors.every((inner) => inner.path.length > 0 || inner.code !== 'invalid_type'),
    );
    if (meant && meant.length > 0) return meant.flatMap((inner) => problemsOf(inner, path, raw));
  }
  const value = valueAt(raw, path);
  const values = valuesOf(issue);
  const meant = typeof value === 'string' ? nearest(value, values) : undefined;
  const suggestion =
    issue.code === 'custom' ? (issue.params?.suggestion as string | undefined) : meant;
  // Where keys were expected, a lone text is often `token:sk_live_…` without its blank: it is not
  // repeated.
  const isKeysMissing =
    issue.code === 'invalid_type' &&
    ['object', 'record'].includes(issue.expected) &&
    typeof value !== 'object' &&
    value !== undefined;
  return [
    { path, text: issue.message, suggestion, ...(isKeysMissing && { got: 'a single value' }) },
  ];
}

/**
 * What may stand there; the one union of the file that tells its members apart is that of channels.
 */
function valuesOf(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' ? channelKinds() : [];
}
