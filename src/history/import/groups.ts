// Gathers rows into snapshots: the rows of one watch and slot that stand together in a file.
import { takeBackImport } from '../../store/snapshots/snapshots.ts';
import { openDoubts } from './doubts.ts';
import { headOf, otherList } from './belongs.ts';
import { DEFAULT_LIST, SHIPPED_LISTS } from '../../list/shipped.ts';
import type { ListKind } from '../../list/list-kind.ts';
import type { FileColumns } from './columns.ts';
import type { FileItem } from './file-item.ts';
import { instantOf, readHead, readProduct, type Fields, type Reading } from './row.ts';
import {
  settle,
  type RowsOfSnapshot,
  type Settled,
  type Settling,
  type SnapshotHead,
} from './settle.ts';
import type { ImportDeps, ImportOptions, Refusal, Target } from './terms.ts';

type Group = RowsOfSnapshot & {
  key: string;
  products: Set<string>;
  /** How many products share a rank, and the line of the last of them. */
  ranks: Map<number, { count: number; line: number }>;
};

type Row = Omit<Extract<FileItem, { kind: 'row' }>, 'kind'>;

export type Groups = {
  add(file: string, row: Row): void;
  /**
   * A line that is no row: it belongs to the snapshot that `fields` name, or else to the rows
   * before it, or after.
   */
  addBroken(refusal: Refusal, fields?: Fields): void;
  endFile(): void;
};

/** Gathers the rows of one import. */
export function openGroups(
  deps: ImportDeps,
  options: ImportOptions,
  targets: ReadonlyMap<string, Target>,
  columns: FileColumns,
  stored: Pick<Settling, 'series' | 'inOrder'>,
): Groups {
  /**
   * Snapshots of this file only: if another file holds one of them again, that is found to be known
   * already.
   */
  const closed = new Map<string, Settled | null>();
  const settling = { ...stored, doubts: openDoubts() };
  let group: Group | null = null;
  let isNextRefused = false;
  let file = '';

  const refuse = (line: number | null, reason: string) => {
    if (group !== null) group.isRefused = true;
    deps.onRefused({ file, line, reason });
  };
  const close = () => {
    if (group === null) return;
    for (const { rank, line } of falseTies(group.ranks))
      refuse(line, `rank ${rank} is in this snapshot twice`);
    const settled = settle(deps, group, settling);
    if (settled !== null) deps.onSnapshot(settled.snapshot);
    closed.set(group.key, settled);
    group = null;
  };
  /** Half of the snapshot was stored as if it were the whole: that is taken back. */
  const takeBack = (key: string) => {
    const { stored: taken = null, snapshot } = closed.get(key) ?? {};
    if (taken === null || snapshot === undefined) return;
    const { watch, slotAt, rows } = snapshot;
    settling.inOrder.drop(taken.seriesId);
    deps.db.transaction(() => takeBackImport(deps.db, taken.id, taken.before, taken.left));
    deps.onSnapshot({
      watch,
      slotAt,
      rows,
      outcome: 'refused',
      reason: 'its rows do not stand together',
    });
    closed.set(key, null);
  };
  const headReader = cachedHeads(deps, options, targets, columns);
  /** The group of a row. If it is another group than before, the one before is closed. */
  const groupOf = (key: string): Group => {
    if (group?.key === key) return group;
    close();
    group = {
      key,
      head: null,
      rows: [],
      products: new Set(),
      ranks: new Map(),
      isRefused: isNextRefused,
    };
    return group;
  };
  return {
    add: (of, { line, fields, problem, decimal }) => {
      file = of;
      const { key, list, head } = headReader(fields, decimal);
      const into = groupOf(key);
      isNextRefused = false;
      if (closed.has(key)) {
        takeBack(key);
        refuse(line, 'its snapshot ended further up: the rows of a snapshot must stand together');
        return;
      }
      const reason = problem ?? addRow(into, head(), fields, line, list, decimal);
      if (reason !== null) refuse(line, reason);
    },
    addBroken: (refusal, fields = {}) => {
      deps.onRefused(refusal);
      const { key, isKnown } = headReader(fields);
      if (isKnown && !closed.has(key)) {
        groupOf(key).isRefused = true;
        isNextRefused = false;
        return;
      }
      if (group !== null) group.isRefused = true;
      isNextRefused = true;
    },
    endFile: () => {
      close();
      closed.clear();
      isNextRefused = false;
    },
  };
}

type HeadOfRow = {
  key: string;
  /**
   * The list of its watch; any list for a watch that is not known, as the row is refused anyway.
   */
  list: ListKind;
  /** The key names a watch and a slot, and so one snapshot. */
  isKnown: boolean;
  head: () => SnapshotHead | { reason: string };
};

/** Reads what rows say of their snapshot; once for all rows that say the same. */
function cachedHeads(
  { db, config, now }: ImportDeps,
  options: ImportOptions,
  targets: ReadonlyMap<string, Target>,
  columns: FileColumns,
): (fields: Fields, decimal?: Reading['decimal']) => HeadOfRow {
  const ofConfig = config.sources.flatMap(({ lists }) => lists);
  const known = [
    ...SHIPPED_LISTS.filter((list) => !ofConfig.some(({ name }) => name === list.name)),
    ...ofConfig,
  ];
  let last: {
    fields: Fields;
    decimal: Reading['decimal'];
    of: HeadOfRow;
  } | null = null;
  return (fields, decimal = '.') => {
    if (last?.decimal === decimal && isSame(columns.head, fields, last.fields)) return last.of;
    const name = options.watch ?? fields['watch'] ?? null;
    const watch = typeof name === 'string' ? targets.get(name)?.watch : undefined;
    const timezone = watch?.timezone;
    const list = watch?.list ?? DEFAULT_LIST;
    const dayAt =
      options.time === null || timezone === undefined ? null : { time: options.time, timezone };
    const slot = slotText(options, fields);
    const slotAt = instantOf(slot, dayAt);
    let head: SnapshotHead | { reason: string } | null = null;
    const of: HeadOfRow = {
      list,
      // One instant may be spelled in several ways; what is no time at all stays as it is.
      key: JSON.stringify([name, slotAt ?? slot]),
      isKnown: timezone !== undefined && slotAt !== undefined,
      head: () => {
        if (head !== null) return head;
        const other = otherList(fields, list, known);
        if (other !== null)
          return (head = {
            reason: `it is of the list ${other.name}, by its columns, and ${watch?.name ?? 'its watch'} tracks ${list.name}`,
          });
        const row = readHead(fields, { list, now, dayAt, decimal });
        head = 'reason' in row ? row : headOf(db, options, targets, row);
        return head;
      },
    };
    last = { fields, decimal, of };
    return of;
  };
}

/** The slot as the row says it, or else when it was taken. */
/** A loop: this is asked for every row of a file. */
function isSame(names: readonly string[], fields: Fields, before: Fields): boolean {
  for (const name of names) if (fields[name] !== before[name]) return false;
  return true;
}

const slotText = ({ slotAt, takenAt }: ImportOptions, fields: Fields): unknown =>
  fields['slot_at'] ?? (slotAt === null && takenAt === null ? fields['taken_at'] : null) ?? null;

/** Returns why a row is refused, or null. */
function addRow(
  group: Group,
  head: SnapshotHead | { reason: string },
  fields: Fields,
  line: number,
  list: ListKind,
  decimal: Reading['decimal'] = '.',
): string | null {
  if ('reason' in head) return head.reason;
  const product = readProduct(fields, head.snapshotRows !== null, { list, decimal });
  if ('reason' in product) return product.reason;
  group.head ??= head;
  const { takenAt, dataDate, status, snapshotRows, seriesId, target } = group.head;
  if (
    head.dataDate !== dataDate ||
    head.takenAt !== takenAt ||
    head.status !== status ||
    head.snapshotRows !== snapshotRows ||
    head.seriesId !== seriesId
  )
    return 'its taken_at, snapshot_status, snapshot_rows or list differs from the rows of its snapshot before it';
  const {
    product: { upstreamId },
    rank,
  } = product;
  if (rank > head.depth)
    return `rank ${rank} is beyond the ${head.depth} that ${target.watch.name} tracks`;
  if (group.products.has(upstreamId)) return `product ${upstreamId} is in this snapshot twice`;
  const tied = group.ranks.get(rank);
  group.products.add(upstreamId);
  group.ranks.set(rank, { count: (tied?.count ?? 0) + 1, line });
  group.rows.push(product);
  return null;
}

/**
 * Ranks that several products share although the next places are taken too: two at 136 must be
 * followed by 138. With two at 136 and one at 137 it is no ranking.
 */
function falseTies(ranks: Group['ranks']): { rank: number; line: number }[] {
  const found: { rank: number; line: number }[] = [];
  for (const [rank, { count, line }] of ranks)
    for (let place = rank + 1; place < rank + count; place++)
      if (ranks.has(place)) {
        found.push({ rank, line });
        break;
      }
  return found;
}
