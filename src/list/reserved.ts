import { columnOfParameter } from './list-kind.ts';
import { SHIPPED_LISTS } from './shipped.ts';

// Names that a declared list, or a metric or parameter of one, cannot have: something else has them.

/** What SQL, in SQLite and beside it, reads as its own words. */
const SQL_WORDS =
  'abort action add after all alter always analyze and any array as asc attach autoincrement before begin between by cascade case cast check collate column commit conflict constraint create cross current current_date current_time current_timestamp database date default deferrable deferred delete desc detach distinct do drop each else end escape except exclude exclusive exists explain fail filter first following for foreign from full generated glob group groups having if ignore immediate in index indexed initially inner insert instead intersect into is isnull join key last left like limit match materialized natural no not nothing notnull null nulls of offset on or order others outer over partition plan pragma preceding primary query raise range recursive references regexp reindex release rename replace restrict returning right rollback row rowid rows savepoint select set table temp temporary then ties time timestamp to transaction trigger true false unbounded union unique update user using vacuum values view virtual when where window with without integer real text numeric nocase binary';

/** Functions that conditions may call: a column of the name would hide one. */
const FUNCTIONS =
  'abs acos asin atan atan2 ceil ceiling char coalesce cos count degrees exp floor format glob hex ifnull iif instr length like ln log log10 log2 lower ltrim max min mod nullif pi pow power printf quote radians replace round rtrim sign sin sqrt substr substring sum tan total trim trunc typeof unicode upper';

/** Columns that change rows, histories and exports have, whatever the list. */
const COLUMNS =
  'baseline_at baseline_id category_l1 category_l2 data_date depth first_seen_at gap_days id link list name origin position product product_id rank rank_before rank_best rank_gain rank_z series_id slot_at slots_on_list snapshot_id snapshot_rows snapshot_status status streak taken_at watch';

/** Keys that every watch has. */
const WATCH_KEYS = 'source list depth schedule timezone time_scope';

/** Names that templates of requests have. */
const PLACES = 'page size offset cursor date';

const setOf = (...words: string[]): ReadonlySet<string> =>
  new Set(words.flatMap((text) => text.split(' ')));

const TAKEN = setOf(SQL_WORDS, FUNCTIONS, COLUMNS);
const TAKEN_BY_WATCH = setOf(WATCH_KEYS, PLACES);

/** Parameters of lists that come with Tidemark. Messages keep them apart from what changed. */
const ASKED: ReadonlySet<string> = new Set(
  SHIPPED_LISTS.flatMap(({ parameters }) => parameters.map(columnOfParameter)),
);

/** A column of letters, digits and `_`, short enough for every table. */
const COLUMN = /^[a-z][a-z0-9_]{0,39}$/;
const SUFFIX = /_(before|delta|pct|gain|best|z|z_e4)$/;

/** Why a metric cannot have this name; null where it can. */
export function metricNameProblem(name: string): string | null {
  if (!COLUMN.test(name))
    return 'must be a name of lower-case letters, digits and _, at most 40, with a letter first';
  const suffix = SUFFIX.exec(name)?.[0];
  if (suffix !== undefined) return `cannot end with ${suffix}: such columns are made of metrics`;
  if (ASKED.has(name))
    return 'is what lists that come with Tidemark are asked by; give the metric another name, and say with path where it stands';
  return TAKEN.has(name)
    ? 'is a word of SQL or a column that every list has; give the metric another name, and say with path where it stands'
    : null;
}

/** Why a parameter cannot have this name; null where it can. */
export function parameterNameProblem(name: string): string | null {
  const problem = ASKED.has(name) ? null : metricNameProblem(name);
  if (problem !== null) return problem.replace('and say with path where it stands', 'and send it');
  return TAKEN_BY_WATCH.has(name)
    ? 'is a key that watches or requests have; name it otherwise'
    : null;
}

/** Tables and views of every file, but those of lists. */
export const RELATIONS: ReadonlySet<string> = setOf(
  'alert_log alerts attempts categories changes changes_30d changes_7d channel_health config_in_force credit_use deliveries digest_schedules digests evidence_texts history judgements lake_bests lake_confirmed lake_lasts lake_months lake_snapshots leaderboard lists notification_alerts notifications observations open_slots product_records products rank_changes ranks raw_pages recent_values recipient_refusals requests rule_states rule_watermarks rules series silences snapshots troubles unsubscribed watches web_keys web_sessions web_tokens',
);

const VIEW_SUFFIXES = ['history', 'changes', 'changes_7d', 'changes_30d', 'leaderboard'];

/** The names in a file that a list of this name takes: its table, and its views. */
export const relationsOf = (name: string): string[] => {
  const prefix = name.replaceAll('-', '_');
  return [`${prefix}_observations`, ...VIEW_SUFFIXES.map((suffix) => `${prefix}_${suffix}`)];
};
