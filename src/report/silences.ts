// Silences: what they mute, and whether they are in force.
import { isoTime, isoTimeOrNull, type Instant } from '../lib/clock.ts';
import { AppError } from '../lib/errors.ts';
import { nearest } from '../lib/nearest.ts';
import { cleanText } from '../lib/text.ts';
import { listSilences, type Silence } from '../store/alerts/silences.ts';
import type { Db } from '../store/file/open.ts';
import { listProducts, type NamedProduct } from '../store/reading/names.ts';
import { countAll } from './alerts.ts';
import { matchProducts } from './match-products.ts';

/**
 * What a silence mutes: alerts that match all of these; null matches any. `product` is an upstream
 * id.
 */
export type Scope = Pick<Silence, 'rule' | 'watch' | 'product'>;

/** @throws AppError `not_found` */
export function requireSilence(db: Db, id: number): Silence {
  const silence = listSilences(db).find((one) => one.id === id);
  if (silence !== undefined) return silence;
  throw new AppError('not_found', `there is no silence ${id}`, {
    hint: 'tidemark silence list --all shows them',
  });
}

/**
 * The product with this id, or of this name in any case.
 * @throws AppError `not_found`, with what may have been meant; `usage` when several have the name.
 */
export function requireProduct(db: Db, text: string): NamedProduct {
  const known = listProducts(db);
  const found = matchProducts(text, known);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  if (found.length > 1)
    throw new AppError('usage', `${found.length} products are named ${JSON.stringify(text)}`, {
      hint: `give an id: ${found.map(idAndCategory).join(', ')}`,
    });
  const meant = nearest(
    text,
    known.map(({ name }) => name),
  );
  throw new AppError('not_found', `there is no product ${JSON.stringify(text)}`, {
    hint:
      meant === undefined
        ? 'ids are in: tidemark alerts --json, and tidemark product WATCH NAME'
        : `did you mean ${cleanText(meant)}?`,
  });
}

const idAndCategory = ({ upstreamId, categoryL1 }: NamedProduct): string =>
  `${upstreamId} (${cleanText(categoryL1 ?? 'no category')})`;

/** How many alerts that fire now a silence mutes. */
export const countMuted = (db: Db, { rule, watch, product }: Scope): number =>
  countAll(db, {
    rule: rule ?? undefined,
    watch: watch ?? undefined,
    product: product ?? undefined,
    state: 'firing',
  });

/** The name of the product that a silence mutes; undefined when it mutes any, or one never seen. */
export const productNameOf = (db: Db, { product }: Scope): string | undefined =>
  product === null
    ? undefined
    : listProducts(db).find(({ upstreamId }) => upstreamId === product)?.name;

/** Whether a silence is in force, and if not, why. */
export function silenceState(
  { removedAt, untilAt }: Silence,
  now: Instant,
): 'active' | 'removed' | 'expired' {
  if (removedAt !== null) return 'removed';
  return untilAt !== null && untilAt <= now ? 'expired' : 'active';
}

/** A silence as `silence --json` prints it; `until` null: until it is removed. */
export const silenceJson = (silence: Silence, now: Instant) => ({
  id: silence.id,
  rule: silence.rule,
  watch: silence.watch,
  product: silence.product,
  reason: silence.reason,
  state: silenceState(silence, now),
  until: isoTimeOrNull(silence.untilAt),
  created_at: isoTime(silence.createdAt),
  removed_at: isoTimeOrNull(silence.removedAt),
});
