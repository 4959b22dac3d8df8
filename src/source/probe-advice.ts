// What a user can do about a source that does not answer as it should, by the keys of its config.
import type { Asking, SourceConfig } from '../config/config.ts';
import { formatJsonPath } from '../lib/json-path.ts';
import type { ListKind } from '../list/list-kind.ts';
import { shippedList } from '../list/shipped.ts';
import type { FailureReason } from '../model.ts';

type Asked = Pick<Asking, 'list' | 'date'>;

const LATER = 'Try again in a few minutes; if it stays, ask the provider of the source.';
const NOT_ITS_OWN =
  'The source works, but what it reads from does not. Try again later; if it stays, ask the provider of the source.';

/** Where the secret of a source stands: `source.token`, `sources.mine.password`. */
function secretOf({ place, auth }: SourceConfig): string {
  return `${place}.${auth.kind === 'basic' ? 'password' : 'token'}`;
}

/** What to look at where an answer is not the list: the declaration, or the address. */
function notTheList({ place, kind }: SourceConfig, { list }: Asked): string {
  const declaration = isOfConfig(list) ? ` and ${keyOfList(place, list)}` : '';
  const what = kind === 'keyapi' ? 'the API' : 'the list';
  return `Check ${place}.base_url${declaration}: what answered does not look like ${what}.`;
}

/** Is a list declared in the config, and not by this program? */
const isOfConfig = ({ seriesSource }: ListKind): boolean => shippedList(seriesSource) === undefined;

/** Where the config declares a list. */
const keyOfList = (place: string, { name }: ListKind): string => `${place}.lists.${name}`;

/** What to look at where rows are not as they were declared. */
export const adviceOnDoubts = ({ place }: SourceConfig, { list }: Asked): string =>
  isOfConfig(list) ? `Check ${keyOfList(place, list)}.` : 'The source may have changed its format.';

/** The key that says how many rows a page has; null where a preset says it. */
export function sizeKey(source: SourceConfig, { list }: Asked): string | null {
  if (list.request === null) return `${source.place}.page_size`;
  return isOfConfig(list) ? `${keyOfList(source.place, list)}.pages.size` : null;
}

/** `Check region, period and category of the watch.` */
function checkAsked({ list }: Asked): string {
  const keys = list.parameters.map(({ key }) => key);
  if (keys.length === 0) return 'Check how the list is declared.';
  const last = keys.at(-1) ?? '';
  const all = keys.length === 1 ? last : `${keys.slice(0, -1).join(', ')} and ${last}`;
  return `Check ${all} of the watch.`;
}

/** The next step after a failure, in words of the config. */
export function adviceAfter(reason: FailureReason, source: SourceConfig, asked: Asked): string {
  const { place } = source;
  const connection = `Check ${place}.base_url, the network, and any proxy or firewall on the way.`;
  const steps: Record<FailureReason, string> = {
    bad_request: checkAsked(asked),
    unauthorised:
      source.auth.kind === 'none'
        ? `The source wants credentials: give ${place} a token, or a username and a password.`
        : `Check ${secretOf(source)}: the source does not accept it.`,
    out_of_credits: 'Top up the account, or wait until its quota is renewed.',
    forbidden: 'Check that the plan of the account includes this endpoint.',
    not_found: `Check ${place}.base_url; if it is right, the source no longer serves this list.`,
    rate_limited: `Lower ${place}.requests_per_second, and wait a minute before trying again.`,
    server_error: LATER,
    http_error: notTheList(source, asked),
    upstream_error: NOT_ITS_OWN,
    nested_error: NOT_ITS_OWN,
    not_json: notTheList(source, asked),
    truncated: LATER,
    wrong_content_type: notTheList(source, asked),
    wrong_shape: notTheList(source, asked),
    redirect: `Check ${place}.base_url: redirects are not followed, as they would take credentials elsewhere.`,
    too_large: notTheList(source, asked),
    timeout: `Check the network, or raise ${place}.timeout.`,
    connection_reset: connection,
    connection_failed: connection,
    daily_credits: `Raise ${place}.daily_credits, or wait until 00:00 UTC.`,
    pass_limit: notTheList(source, asked),
    aborted: 'Run it again.',
  };
  return steps[reason];
}

/** The next step after an answer without a row, or without one that can be used; else null. */
export function adviceFor(rows: number, usable: number, asked: Asked): string | null {
  const { list, date } = asked;
  if (rows === 0 && date && list.request?.empty === 'not_yet')
    return `The list of ${date} is not published yet: a snapshot would ask again later. Where that stays so: ${checkAsked(asked)}`;
  if (rows === 0) return `The list is empty. ${checkAsked(asked)} Or the source has no data now.`;
  return usable > 0
    ? null
    : `No row has an id (${formatJsonPath(asked.list.identity.id)}): the source may have changed its format.`;
}
