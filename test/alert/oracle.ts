/**
 * The alerts of a whole history by brute force: design.md sections 3 and 4 read word by word, and written down
 * without a look at src/. It keeps every answer that every rule ever gave for every product, and decides by reading
 * them anew each time, where the engine keeps counters; conditions are predicates, where the engine has SQL.
 */
import type { Config, Rule, Watch } from '../../src/config/config.ts';
import {
  baselineOf,
  changeRow,
  lackOf,
  ranked,
  statusOf,
  WORDS,
  periodBefore,
  DAY,
  type Crawl,
  type List,
  type Names,
  type Row,
  type Sighting,
  type Snap,
  type Status,
} from './oracle-changes.ts';
import { meaning, type Truth } from './oracle-conditions.ts';

/** The longest distance between neighbouring slots of the schedules that the worlds use. */
const INTERVALS: Record<string, number> = {
  '0 6 * * *': DAY,
  '0 6 * * 1-5': 3 * DAY,
  '0 */6 * * *': DAY / 4,
  '0 6,18 * * *': DAY / 2,
  '0 6 * * 1': 7 * DAY,
  '0 6 * * 3': 7 * DAY,
};

/** The same schedules by what they say: hours (UTC) of which weekdays, or days of the month. */
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
type Scheduled = { hours: number[]; weekdays: number[]; days?: number[] };
const SCHEDULED: Record<string, Scheduled> = {
  '0 6 * * *': { hours: [6], weekdays: EVERY_DAY },
  '0 6 * * 1-5': { hours: [6], weekdays: [1, 2, 3, 4, 5] },
  '0 */6 * * *': { hours: [0, 6, 12, 18], weekdays: EVERY_DAY },
  '0 6,18 * * *': { hours: [6, 18], weekdays: EVERY_DAY },
  '0 6 * * 1': { hours: [6], weekdays: [1] },
  '0 6 * * 3': { hours: [6], weekdays: [3] },
  '0 6 1 * *': { hours: [6], weekdays: EVERY_DAY, days: [1] },
  '0 6 3 * *': { hours: [6], weekdays: EVERY_DAY, days: [3] },
};
const HOUR = DAY / 24;

/** Is there a scheduled slot after one instant, and not after the other? */
function hasSlot(schedule: string, after: number, until: number): boolean {
  const { hours = [], weekdays = [], days = null } = SCHEDULED[schedule] ?? {};
  for (let at = (Math.floor(after / HOUR) + 1) * HOUR; at <= until; at += HOUR) {
    const time = new Date(at);
    const isDay = days === null || days.includes(time.getUTCDate());
    if (isDay && hours.includes(time.getUTCHours()) && weekdays.includes(time.getUTCDay()))
      return true;
  }
  return false;
}

/**
 * The interval of a schedule as of an instant. Months differ: there it is the last distance between
 * two slots.
 */
export function intervalAt(schedule: string, slotAt: number): number {
  const known = INTERVALS[schedule];
  if (known !== undefined) return known;
  const before = (at: number): number => {
    while (!hasSlot(schedule, at - HOUR, at)) at -= HOUR;
    return at;
  };
  const last = before(Math.floor(slotAt / HOUR) * HOUR);
  return last - before(last - HOUR);
}

export type Event = 'fired' | 'reminder' | 'resolved';
type Quiet = 'adopted' | 'cooldown' | 'silenced';

export type OracleAlert = {
  rule: string;
  watch: string;
  product: string;
  slotAt: number;
  quiet: Quiet | null;
  toldSlotAt: number | null;
  remindedSlotAt: number | null;
  resolvedSlotAt: number | null;
  resolvedReason: string | null;
  /** The row it fired on, and the row that resolved it. */
  change: Row;
  resolvedChange: Row | null;
  /** Channels that were told of its firing. */
  toldTo: Set<string>;
};

export type OracleSilence = {
  rule: string | null;
  watch: string | null;
  product: string | null;
  untilAt: number | null;
};

/** One message: what it tells of, in no order. */
export type OracleMessage = {
  channel: string;
  events: { alert: OracleAlert; event: Event }[];
  isStorm: boolean;
};

/** What happened for one watch and slot. `crawl` null: the slot was missed. */
export type Pass = {
  watch: string;
  slotAt: number;
  crawl: Crawl | null;
  isImport: boolean;
  isByHand?: boolean;
  isSuspect: boolean;
};

/** The part of the config that alerts depend on. */
type Told = Pick<Config, 'rules' | 'watches' | 'channels'>;

/**
 * One answer of a rule for a product. `isAfterGap`: the snapshot evaluated before is more than max_gap away. `isNewSlot`: a
 * scheduled slot has come since that one; only scheduled slots count.
 */
type Answer = {
  slotAt: number;
  when: Truth;
  clear: Truth;
  isAfterGap: boolean;
  isNewSlot: boolean;
};
/** The snapshots of one list, in slot order, and of these the complete and partial ones with a product. */
type Series = { snaps: Snap[]; records: Map<string, Sighting[]> };
type RowOf = (baseline: Snap | null, product: string) => ReturnType<typeof changeRow>;
type Memory = {
  lastSlotAt: number;
  answers: Map<string, Answer[]>;
  lastToldAt: Map<string, number>;
};

export function makeOracle() {
  const series = new Map<string, Series>();
  const names = new Map<string, Names & { asOf: number }>();
  const memories = new Map<string, Memory>();
  const alerts: OracleAlert[] = [];
  const open = new Map<string, OracleAlert>();
  let config: Told = { rules: [], watches: [], channels: [] };

  const seriesOf = (key: string): Series => {
    const known = series.get(key) ?? { snaps: [], records: new Map() };
    series.set(key, known);
    return known;
  };
  const close = (reason: string, which: (alert: OracleAlert) => boolean) => {
    for (const alert of [...open.values()].filter(which)) resolve(alert, reason);
  };
  const resolve = (alert: OracleAlert, reason: string) => {
    alert.resolvedReason = reason;
    open.delete(openKey(alert));
  };
  const forget = (rule: string | null, watch: string | null) => {
    for (const key of memories.keys()) {
      const [ofRule, ofWatch] = key.split('\n');
      if ((rule === null || ofRule === rule) && (watch === null || ofWatch === watch))
        memories.delete(key);
    }
  };

  /** Editing what a rule means, or what a watch asks for, closes alerts quietly and starts anew; so does removing either. */
  function configure(next: Told): void {
    for (const rule of config.rules) {
      const edited = next.rules.find((other) => other.name === rule.name);
      if (edited !== undefined && sense(edited) === sense(rule)) continue;
      close(
        edited === undefined ? 'rule_removed' : 'rule_changed',
        (alert) => alert.rule === rule.name,
      );
      forget(rule.name, null);
    }
    for (const watch of config.watches) {
      const edited = next.watches.find((other) => other.name === watch.name);
      if (edited !== undefined && seriesKey(edited) === seriesKey(watch)) continue;
      close(
        edited === undefined ? 'watch_removed' : 'watch_changed',
        (alert) => alert.watch === watch.name,
      );
      forget(null, watch.name);
    }
    config = next;
  }

  function pass(
    next: Told,
    silences: readonly OracleSilence[],
    { watch: name, slotAt, crawl, isImport, isByHand = false, isSuspect }: Pass,
  ): { status: Status; messages: OracleMessage[] } {
    configure(next);
    const watch = next.watches.find((candidate) => candidate.name === name);
    if (watch === undefined) throw new Error(`no watch ${name}`);
    const { snaps, records } = seriesOf(seriesKey(watch));
    const intervalMs = intervalAt(watch.schedule, slotAt);
    // A period that is there complete is not asked for again.
    const { period } = wordsOf(watch);
    const isKnown =
      period !== undefined &&
      snaps.some(
        (other) =>
          other.status === 'complete' &&
          periodBefore(period, other.slotAt) === periodBefore(period, slotAt),
      );
    const isAsked = crawl !== null && !isKnown;
    const rows: Snap['rows'] = isAsked ? ranked(crawl) : new Map();
    const earlier = snaps.filter((other) => other.slotAt < slotAt);
    const answer = isAsked
      ? statusOf(
          rows,
          crawl,
          earlier,
          { slotAt, intervalMs, isDated: period !== undefined },
          isSuspect,
        )
      : 'stale';
    const status = crawl === null ? 'missed' : answer;
    const snap: Snap = {
      slotAt,
      takenAt: crawl === null ? null : slotAt,
      status,
      isImport,
      intervalMs,
      rows,
      lacks: isAsked ? lackOf(rows, crawl) : null,
    };
    snaps.push(snap);
    if (status === 'complete' || status === 'partial') remember(records, snap);
    // Imported history may turn up late.
    if (isImport) sortBySlot(snaps, records);
    if (isAsked) learnNames(crawl, slotAt);
    if ((status !== 'complete' && status !== 'partial') || isImport)
      return { status, messages: [] };

    const events: { alert: OracleAlert; event: Event | 'quiet'; rule: Rule }[] = [];
    const rowOf = rowsOf(listOf(watch), seriesKey(watch), snap);
    const isSilenced = (rule: Rule, product: string) =>
      silences.some(
        (silence) =>
          (silence.untilAt === null || silence.untilAt > slotAt) &&
          (silence.rule ?? rule.name) === rule.name &&
          (silence.watch ?? name) === name &&
          (silence.product ?? product) === product,
      );
    for (const rule of next.rules) {
      if (rule.watches !== null && !rule.watches.includes(name)) continue;
      const slotSince = (at: number) => !isByHand || hasSlot(watch.schedule, at, slotAt);
      for (const event of evaluate(rule, name, snaps, snap, rowOf, isSilenced, slotSince))
        events.push({ ...event, rule });
    }
    return { status, messages: messagesOf(next, events, snap) };
  }

  function learnNames({ pages, depth, pageSize }: Crawl, slotAt: number): void {
    const first = new Set<string>();
    for (const { page, rows } of pages) {
      rows.forEach((row, place) => {
        if (row === null || first.has(row.id) || (page - 1) * pageSize + place + 1 > depth) return;
        first.add(row.id);
        if ((names.get(row.id)?.asOf ?? -Infinity) <= slotAt)
          names.set(row.id, { name: row.name, l1: row.l1, l2: row.l2, asOf: slotAt });
      });
    }
  }

  /** Change rows of a snapshot, each worked out once. */
  function rowsOf(list: List, key: string, snap: Snap): RowOf {
    const { snaps, records } = seriesOf(key);
    const rows = new Map<Snap | null, Map<string, ReturnType<typeof changeRow>>>();
    return (baseline, id) => {
      const ofBaseline = rows.get(baseline) ?? new Map<string, ReturnType<typeof changeRow>>();
      rows.set(baseline, ofBaseline);
      const row = ofBaseline.has(id)
        ? (ofBaseline.get(id) ?? null)
        : changeRow({
            list,
            snaps,
            snap,
            baseline,
            id,
            names: names.get(id) ?? { name: '', l1: null, l2: null },
            record: records.get(id) ?? [],
          });
      ofBaseline.set(id, row);
      return row;
    };
  }

  /** One rule on one snapshot: everything that happens to alerts. */
  function evaluate(
    rule: Rule,
    watch: string,
    snaps: Snap[],
    snap: Snap,
    rowOf: RowOf,
    isSilenced: (rule: Rule, product: string) => boolean,
    slotSince: (at: number) => boolean,
  ): { alert: OracleAlert; event: Event | 'quiet' }[] {
    const key = `${rule.name}\n${watch}`;
    const known = memories.get(key);
    if (known === undefined && snap.status !== 'complete') return [];
    if (known !== undefined && snap.slotAt <= known.lastSlotAt) return [];
    const memory: Memory = known ?? {
      lastSlotAt: snap.slotAt,
      answers: new Map(),
      lastToldAt: new Map(),
    };
    const isAfterGap = snap.slotAt - memory.lastSlotAt > (rule.maxGapMs ?? 3 * snap.intervalMs);
    const isNewSlot = known === undefined || slotSince(memory.lastSlotAt);
    memories.set(key, memory);
    memory.lastSlotAt = snap.slotAt;

    const baseline = baselineOf(snaps, snap, rule.compare, rule.maxGapMs);
    const openAlert = (product: string) => open.get(openKey({ rule: rule.name, watch, product }));
    const tracked = [...memory.answers.keys()].filter(
      (product) =>
        openAlert(product) !== undefined || truesInARow(memory.answers.get(product) ?? []) > 0,
    );
    const products = new Set([...snap.rows.keys(), ...(baseline?.rows.keys() ?? []), ...tracked]);
    const happened: { alert: OracleAlert; event: Event | 'quiet' }[] = [];
    for (const product of products) {
      const found = rowOf(baseline, product);
      const { when, clear } = answersOf(rule, found);
      const isOpen = openAlert(product) !== undefined;
      const answers = memory.answers.get(product) ?? [];
      answers.push({ slotAt: snap.slotAt, when, clear, isAfterGap, isNewSlot });
      memory.answers.set(product, answers);
      const fire = (quiet: Quiet | null): OracleAlert => {
        const alert: OracleAlert = {
          rule: rule.name,
          watch,
          product,
          slotAt: snap.slotAt,
          quiet,
          toldSlotAt: quiet === null ? snap.slotAt : null,
          remindedSlotAt: null,
          resolvedSlotAt: null,
          resolvedReason: null,
          change: found?.whole() ?? {},
          resolvedChange: null,
          toldTo: new Set(),
        };
        alerts.push(alert);
        open.set(openKey(alert), alert);
        if (quiet === null) memory.lastToldAt.set(product, snap.slotAt);
        // What it answered before it fired counts for no later episode.
        answers.length = 0;
        return alert;
      };
      if (known === undefined && rule.onFirst === 'adopt') {
        if (when === true) happened.push({ alert: fire('adopted'), event: 'quiet' });
        else answers.length = 0;
        continue;
      }
      const lastToldAt = memory.lastToldAt.get(product);
      const isCooling =
        rule.cooldownMs !== null &&
        lastToldAt !== undefined &&
        snap.slotAt - lastToldAt < rule.cooldownMs;
      let whyQuiet: Quiet | null = isCooling ? 'cooldown' : null;
      if (isSilenced(rule, product)) whyQuiet = 'silenced';
      if (!isOpen) {
        // A row that is broken counts for nothing any more: a year of such answers would fill the memory.
        if (when === false) memory.answers.delete(product);
        if (when === true && truesInARow(answers) >= rule.for)
          happened.push({ alert: fire(whyQuiet), event: whyQuiet === null ? 'fired' : 'quiet' });
        continue;
      }
      const alert = openAlert(product);
      if (alert === undefined || (when === null && clear === null)) continue;
      if (clearsInARow(answers) >= rule.clearFor) {
        Object.assign(alert, {
          resolvedSlotAt: snap.slotAt,
          resolvedChange: found === null ? null : found.whole(),
        });
        resolve(alert, 'cleared');
        answers.length = 0;
        happened.push({
          alert,
          event:
            rule.resolved && alert.quiet === null && !isSilenced(rule, product)
              ? 'resolved'
              : 'quiet',
        });
      } else if (alert.quiet === 'adopted') {
        continue;
      } else if (alert.quiet !== null) {
        alert.quiet = whyQuiet;
        if (whyQuiet !== null) continue;
        alert.toldSlotAt = snap.slotAt;
        memory.lastToldAt.set(product, snap.slotAt);
        happened.push({ alert, event: 'fired' });
      } else if (
        rule.repeatMs !== null &&
        !isSilenced(rule, product) &&
        snap.slotAt - (alert.remindedSlotAt ?? alert.toldSlotAt ?? 0) >= rule.repeatMs
      ) {
        alert.remindedSlotAt = snap.slotAt;
        happened.push({ alert, event: 'reminder' });
      }
    }
    return happened;
  }

  return { pass, configure, alerts: (): readonly OracleAlert[] => alerts };
}

function sortBySlot(snaps: Snap[], records: Series['records']): void {
  snaps.sort((a, b) => a.slotAt - b.slotAt);
  for (const record of records.values()) record.sort((a, b) => a.snap.slotAt - b.snap.slotAt);
}

function remember(records: Series['records'], snap: Snap): void {
  for (const [id, seen] of snap.rows) {
    const record = records.get(id);
    if (record === undefined) records.set(id, [{ snap, seen }]);
    else record.push({ snap, seen });
  }
}

/** A product proven absent turns an unknown `when` into false and an unknown `clear` into true; of one that was not seen nothing is known. */
function answersOf(
  rule: Rule,
  found: { row: Row; isAbsent: boolean } | null,
): { when: Truth; clear: Truth } {
  if (found === null) return { when: null, clear: null };
  const when = meaning(rule.when)(found.row) ?? (found.isAbsent ? false : null);
  if (rule.clear === null) return { when, clear: when === null ? null : !when };
  return { when, clear: meaning(rule.clear)(found.row) ?? (found.isAbsent ? true : null) };
}

/** How many slots a row of answers (the newest first) stands for: each that came with a slot of its own, and the one that began it. */
const slotsOf = (row: readonly Answer[]): number =>
  row.filter(({ isNewSlot }, i) => isNewSlot || i === row.length - 1).length;

/** For how many slots the last known answers are true in a row. Unknown neither counts nor breaks; a gap breaks. */
function truesInARow(answers: readonly Answer[]): number {
  const row: Answer[] = [];
  for (const answer of [...answers].reverse()) {
    if (answer.when === false) break;
    if (answer.when === true) row.push(answer);
    if (answer.isAfterGap) break;
  }
  return slotsOf(row);
}

/** For how many slots they are clear in a row. `when` wins over `clear`; a true `when`, or a false `clear`, starts it again. */
function clearsInARow(answers: readonly Answer[]): number {
  const row: Answer[] = [];
  for (const answer of [...answers].reverse()) {
    if (answer.when === true || answer.clear === false) break;
    if (answer.clear === true) row.push(answer);
  }
  return slotsOf(row);
}

/** One message per channel. A resolve or a reminder goes only where the firing was told. */
function messagesOf(
  config: Told,
  events: readonly { alert: OracleAlert; event: Event | 'quiet'; rule: Rule }[],
  snap: Snap,
): OracleMessage[] {
  return config.channels.flatMap((channel): OracleMessage[] => {
    const told = events.flatMap(({ alert, event, rule }) => {
      if (
        event === 'quiet' ||
        !rule.notify.includes(channel.name) ||
        (event !== 'fired' && !alert.toldTo.has(channel.name))
      )
        return [];
      if (event === 'fired') alert.toldTo.add(channel.name);
      return [{ alert, event }];
    });
    // A storm is counted per message, in products, from ten on; a telling after a silence is one more firing to read.
    const fired = new Set(
      told.filter(({ event }) => event === 'fired').map(({ alert }) => alert.product),
    );
    const isStorm = fired.size >= 10 && fired.size * 3 > snap.rows.size;
    return told.length === 0 ? [] : [{ channel: channel.name, events: told, isStorm }];
  });
}

/** What a rule means, by the list of keys in the design. */
const sense = ({ when, clear, compare, for: times, clearFor, watches }: Rule): string =>
  JSON.stringify({ when, clear, compare, times, clearFor, watches });

const openKey = ({
  rule,
  watch,
  product,
}: Pick<OracleAlert, 'rule' | 'watch' | 'product'>): string => `${rule}\n${watch}\n${product}`;

const seriesKey = ({ name, asked, depth }: Watch): string => JSON.stringify({ name, asked, depth });

const wordsOf = ({ list }: Watch): List['words'] => {
  const words = WORDS[list.name];
  if (words === undefined) throw new Error(`no words for ${list.name}`);
  return words;
};

const listOf = (watch: Watch): List => ({
  watch: watch.name,
  asked: watch.asked,
  words: wordsOf(watch),
});
