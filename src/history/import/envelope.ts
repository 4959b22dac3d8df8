// Saved answers of services that put the list into an envelope of their own. Pure functions.
import type { Watch } from '../../config/config.ts';

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/**
 * The page inside an answer of TikHub
 * (`{"code":200,"params":…,"data":{"code":0,"data":{"list":…}}}`), as the source itself would have
 * served it; any other answer as it is. `elsewhere` says where the answer's own parameters show
 * that it is of another list.
 */
export function unwrap(json: unknown, watch: Watch): { page: unknown; elsewhere: string | null } {
  const outer = asObject(json);
  const inner = asObject(outer.data);
  const isNested = outer.code === 200 && 'code' in inner && 'list' in asObject(inner.data);
  if (!isNested) return { page: json, elsewhere: null };
  return { page: inner, elsewhere: whereElse(asObject(outer.params), watch) };
}

function whereElse(params: Record<string, unknown>, watch: Watch): string | null {
  const asked = [
    ['country_code', 'region', String(watch.asked.region)],
    ['last', 'time_scope', String(watch.asked.time_scope)],
    // We rank by posts, most first.
    ['order_by', 'order', 'post'],
    ['order_type', 'direction', 'desc'],
  ] as const;
  for (const [key, what, wanted] of asked) {
    const given = params[key];
    if (typeof given !== 'string' && typeof given !== 'number') continue;
    if (String(given) !== '' && String(given) !== wanted)
      return `its ${what} is ${String(given).slice(0, 60)}, the watch asks for ${wanted}`;
  }
  return null;
}
