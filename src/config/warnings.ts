import { DAY_MS } from '../lib/clock.ts';
import { hasAddresses, recipientsOf } from './channels/kinds.ts';
import { SHIPPED_LISTS } from '../list/shipped.ts';
import { covers, type Config, type Watch } from './config.ts';
import { doubtSchedule } from './cross-check-dates.ts';
import type { Path } from './problem.ts';

/**
 * What a sound expression says that its author probably did not mean, for a rule that looks at
 * these watches.
 */
export type DoubtExpression = (sql: string, scope: { watches: readonly Watch[] }) => string[];

/** Finds what works but was probably not meant. The texts hold names of the file, never values. */
export function findWarnings(
  config: Config,
  doubtExpression: DoubtExpression,
): { path: Path; text: string }[] {
  const warnings: { path: Path; text: string }[] = [];
  const warn = (path: Path, text: string) => warnings.push({ path, text });

  config.watches.forEach((watch, i) => {
    const at = ['watches', watch.name];
    for (const { key, doubt } of watch.list.parameters) {
      const value = watch.asked[key] ?? null;
      const text = value === null ? null : doubt(value);
      if (text !== null) warn([...at, key], text);
    }
    const schedule = doubtSchedule(watch);
    if (schedule !== null) warn([...at, 'schedule'], schedule);
    const asked = askedOf(watch);
    const twin = config.watches.slice(0, i).find((earlier) => askedOf(earlier) === asked);
    if (twin) warn(at, `asks for the same list as ${twin.name}, and pays for it again`);
  });

  for (const { name, lists } of config.sources)
    for (const list of lists) {
      const twin = SHIPPED_LISTS.find(
        ({ table, seriesSource }) => table === list.table && seriesSource !== list.seriesSource,
      );
      if (twin !== undefined)
        warn(
          ['sources', name, 'lists', list.name],
          `has the name of a list that comes with Tidemark (${twin.name}), and takes its place; to track that one, name yours otherwise: its history stays, in views that begin with own_${twin.viewPrefix}`,
        );
    }

  const told = [...config.rules, ...config.digests].flatMap(({ notify }) => notify);
  for (const { name } of config.channels)
    if (!told.includes(name))
      warn(['channels', name], 'no rule and no digest notifies this channel');
  for (const { name, notify } of config.rules)
    if (notify.length === 0)
      warn(['rules', name], 'notifies no channel; its alerts are only recorded');
  for (const rule of config.rules) {
    const scope = { watches: config.watches.filter(({ name }) => covers(rule, name)) };
    for (const key of ['when', 'clear'] as const)
      for (const text of rule[key] === null ? [] : doubtExpression(rule[key], scope))
        warn(['rules', rule.name, key], text);
  }
  for (const { name, notify } of config.digests)
    if (notify.length === 0)
      warn(['digests', name], 'notifies no channel; it can only be previewed');

  const { observationsMs } = config.retention;
  if (observationsMs !== null) {
    const all = ['retention', 'observations', 'all'];
    const beyond = [...config.rules, ...config.digests]
      .filter(({ compare }) => compare.kind === 'ago' && compare.ms > observationsMs)
      .map(({ name }) => name);
    if (beyond.length > 0)
      warn(
        all,
        `thins what ${beyond.join(', ')} would compare with: most of the snapshots so long ago will be gone`,
      );
    if (observationsMs < Z_SPAN_MS)
      warn(
        all,
        'thins what z-scores look back on, the last 28 snapshots of a product; they will be taken over longer times',
      );
  }

  const { listen, publicUrl, auth } = config.web;
  if (listen !== null && publicUrl !== null && auth === null && !isThisMachine(new URL(publicUrl)))
    warn(
      ['web', 'public_url'],
      'leads here from elsewhere, and whoever comes may do everything: give auth, unless the proxy asks who it is',
    );

  for (const { place, baseUrl, auth } of config.sources) {
    // Without credentials each list may have an address of its own.
    const url = baseUrl === '' ? null : new URL(baseUrl);
    if (url?.protocol === 'http:' && !isThisMachine(url) && auth.kind !== 'none')
      warn([...place.split('.'), 'base_url'], 'sends the token unencrypted; use https://');
  }
  if (config.smtp && isUnencrypted(new URL(config.smtp.url.reveal())))
    warn(
      ['smtp', 'url'],
      'lets mail and passwords travel unencrypted (ignoreTLS=true or requireTLS=false); use smtps://, or leave that out',
    );
  warnings.push(...examples(config));
  return warnings;
}

/** Domains that nobody has (RFC 2606), left over from a template or from the manual. */
const isExample = (domain: string): boolean =>
  /(^|\.)(example\.(com|net|org)|example|invalid|test)$/i.test(domain);

/** Addresses that are still those of the examples. */
function examples({ smtp, channels }: Config): { path: Path; text: string }[] {
  const text = 'is the address of an example: nothing gets there';
  const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1);
  return [
    ...(smtp !== null && isExample(new URL(smtp.url.reveal()).hostname)
      ? [{ path: ['smtp', 'url'], text }]
      : []),
    ...channels.flatMap((channel) =>
      hasAddresses(channel) && recipientsOf(channel).some((address) => isExample(domainOf(address)))
        ? [{ path: ['channels', channel.name, 'to'], text }]
        : [],
    ),
  ];
}

/** A z-score of a daily list needs 28 days, and thinning begins up to a week late. */
const Z_SPAN_MS = 35 * DAY_MS;

const askedOf = (watch: Watch): string =>
  JSON.stringify([watch.source, watch.list.seriesSource, watch.asked, watch.depth]);

const isThisMachine = ({ hostname }: URL): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i.test(hostname);

/**
 * TLS is required of every mail server but one on this machine, unless the parameters of its URL
 * say otherwise.
 */
function isUnencrypted(url: URL): boolean {
  const { protocol, searchParams } = url;
  return (
    protocol === 'smtp:' &&
    !isThisMachine(url) &&
    (searchParams.get('ignoreTLS') === 'true' || searchParams.get('requireTLS') === 'false')
  );
}
