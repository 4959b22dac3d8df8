import { dirname, resolve } from 'node:path';
import { parseDuration } from '../lib/duration.ts';
import { makeSecret } from '../lib/secret.ts';
import { awsEndpoint, parseS3Url } from '../lib/s3-url.ts';
import { parseListenAddress, type ListenAddress } from '../lib/listen-address.ts';
import type { AskedValue } from '../list/list-kind.ts';
import { buildChannel } from './channels/kinds.ts';
import type {
  BackupConfig,
  BackupTarget,
  LakeConfig,
  Compare,
  Config,
  Digest,
  Rule,
  SmtpConfig,
  SourceConfig,
  Watch,
  WebConfig,
} from './config.ts';
import { formatMailbox, parseMailbox } from './mail-address.ts';
import type { ConfigFile } from './schema.ts';
import { contentFor, type SecretFiles } from './secret-files.ts';
import { buildKeyapi, keyapiSection } from './sources/keyapi.ts';
import { buildSource, hasMainSource, MAIN_SOURCE, servedBy } from './sources/kinds.ts';
import { trackedBy, type Tracked } from './watch-list.ts';

/**
 * A checked file as the rest of Tidemark reads it, `raw` being the same before it was checked: names become fields, durations milliseconds,
 * secrets `Secret`s.
 */
export function buildConfig(
  path: string,
  raw: unknown,
  file: ConfigFile,
  files: SecretFiles,
): Config {
  return deepFreeze({
    path,
    database: resolve(dirname(path), file.database),
    timezone: file.timezone,
    locale: file.locale,
    sources: buildSources(raw, file, files),
    watches: Object.entries(file.watches).map(([name, watch]): Watch => {
      const { source, list } = trackedOf(raw, watch);
      return {
        name,
        source,
        list,
        asked: Object.fromEntries(
          list.parameters.map(({ key }) => [key, (watch[key] as AskedValue | undefined) ?? null]),
        ),
        depth: watch.depth,
        schedule: watch.schedule,
        timezone: watch.timezone ?? file.timezone,
      };
    }),
    smtp: file.smtp && buildSmtp(file.smtp, files),
    channels: Object.entries(file.channels).map(([name, channel]) =>
      buildChannel(name, channel, { find: (key) => contentFor(files, 'channels', name, key) }),
    ),
    rules: Object.entries(file.rules).map(([name, rule]): Rule => ({
      name,
      description: rule.description,
      watches: rule.watches,
      when: rule.when,
      compare: buildCompare(rule.compare),
      clear: rule.clear,
      for: rule.for,
      clearFor: rule.clear_for,
      cooldownMs: rule.cooldown === null ? null : milliseconds(rule.cooldown),
      repeatMs: rule.repeat === 'never' ? null : milliseconds(rule.repeat),
      resolved: rule.resolved,
      onFirst: rule.on_first,
      maxGapMs: rule.max_gap === null ? null : milliseconds(rule.max_gap),
      severity: rule.severity,
      notify: rule.notify,
    })),
    digests: Object.entries(file.digests).map(([name, digest]): Digest => ({
      name,
      watches: digest.watches,
      schedule: digest.schedule,
      timezone: digest.timezone ?? file.timezone,
      compare: buildCompare(digest.compare),
      top: digest.top,
      detail: digest.detail,
      whenQuiet: digest.when_quiet,
      notify: digest.notify,
    })),
    retention: {
      rawPagesMs: file.retention.raw_pages === null ? null : milliseconds(file.retention.raw_pages),
      observationsMs:
        file.retention.observations === null ? null : milliseconds(file.retention.observations.all),
      then: file.retention.observations?.then ?? 'weekly',
      messagesMs: file.retention.messages === null ? null : milliseconds(file.retention.messages),
      ledgerMs: file.retention.ledger === null ? null : milliseconds(file.retention.ledger),
    },
    backup: file.backup && buildBackup(path, file, file.backup, files),
    lake: file.lake && buildLake(path, file, file.lake, files),
    heartbeat: file.heartbeat && {
      url: makeSecret(file.heartbeat.url ?? inFile(files, 'heartbeat', 'url')),
      everyMs: milliseconds(file.heartbeat.every),
      allowPrivate: file.heartbeat.allow_private,
    },
    web: buildWeb(file.web),
  });
}

function buildWeb({ auth, ...web }: ConfigFile['web']): WebConfig {
  return {
    listen: web.listen === null ? null : listenAddress(web.listen),
    publicUrl: web.public_url === null ? null : web.public_url.replace(/\/+$/, ''),
    hosts: web.hosts.map((host) => host.toLowerCase()),
    trustedProxies: web.trusted_proxies,
    auth: auth && {
      passwordHash: auth.password_hash,
      viewerPasswordHash: auth.viewer_password_hash,
      header: auth.header?.toLowerCase() ?? null,
      operators: auth.operators,
      tokens: auth.tokens,
    },
    viewersMayQuery: web.viewers_may_query,
    opsListen: web.ops_listen === null ? null : listenAddress(web.ops_listen),
  };
}

function buildSources(raw: unknown, file: ConfigFile, files: SecretFiles): SourceConfig[] {
  const filesOf = (...path: string[]) => ({
    find: (key: string) => contentFor(files, ...path, key),
  });
  const main = file.source ?? keyapiSection.parse({});
  const lists = new Map(servedBy(raw).map((served) => [served.name, served.lists]));
  return [
    ...(hasMainSource(raw) ? [buildKeyapi(MAIN_SOURCE, 'source', main, filesOf('source'))] : []),
    ...Object.entries(file.sources).map(([name, source]) =>
      buildSource(name, source, filesOf('sources', name), lists.get(name) ?? []),
    ),
  ];
}

function trackedOf(raw: unknown, watch: Record<string, unknown>): Tracked {
  const tracked = trackedBy(raw, watch);
  if (tracked === null) throw new Error('a watch passed its check, and tracks no list');
  return tracked;
}

function buildSmtp(smtp: NonNullable<ConfigFile['smtp']>, files: SecretFiles): SmtpConfig {
  const url = new URL(smtp.url);
  const password = smtp.password ?? contentFor(files, 'smtp', 'password');
  // The setter leaves some characters as they are that a URL's user part may not hold; readers
  // decode it all.
  if (password !== undefined) url.password = encodeURIComponent(password);
  const mailbox = parseMailbox(smtp.from);
  return {
    url: makeSecret(password === undefined ? smtp.url : url.href),
    from: formatMailbox(mailbox),
    fromAddress: mailbox.address,
  };
}

const buildCompare = (text: string): Compare =>
  text === 'previous' ? { kind: 'previous' } : { kind: 'ago', ms: milliseconds(text), text };

/**
 * The checks before this guarantee both: a duration that can be read, and one of a value and its
 * file.
 */
function milliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new Error('a duration passed its check and cannot be read');
  return ms;
}

function buildBackup(
  path: string,
  { timezone }: ConfigFile,
  backup: NonNullable<ConfigFile['backup']>,
  files: SecretFiles,
): BackupConfig {
  return {
    schedule: backup.schedule,
    timezone: backup.timezone ?? timezone,
    keepMs: milliseconds(backup.keep),
    to: storeTarget(path, 'backup', backup, files),
  };
}

function buildLake(
  path: string,
  { timezone }: ConfigFile,
  lake: NonNullable<ConfigFile['lake']>,
  files: SecretFiles,
): LakeConfig {
  return {
    schedule: lake.schedule,
    timezone: lake.timezone ?? timezone,
    views: [...new Set(lake.views)],
    keepMs: milliseconds(lake.keep),
    to: storeTarget(path, 'lake', lake, files),
    allowPrivate: lake.allow_private,
  };
}

/** The place that `to` of a section names, with the keys beside it. */
function storeTarget(
  path: string,
  section: 'backup' | 'lake',
  keys: NonNullable<ConfigFile['backup' | 'lake']>,
  files: SecretFiles,
): BackupTarget {
  const bucket = parseS3Url(keys.to);
  if (bucket === undefined) return { kind: 'folder', path: resolve(dirname(path), keys.to) };
  return {
    kind: 's3',
    ...bucket,
    endpoint: (keys.endpoint ?? awsEndpoint(keys.region)).replace(/\/+$/, ''),
    region: keys.region,
    accessKeyId: keys.access_key_id ?? '',
    secretAccessKey: makeSecret(
      keys.secret_access_key ?? inFile(files, section, 'secret_access_key'),
    ),
  };
}

function listenAddress(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address === undefined) throw new Error('an address passed its check and cannot be read');
  return address;
}

function inFile(files: SecretFiles, ...path: string[]): string {
  const content = contentFor(files, ...path);
  if (content === undefined) throw new Error(`${path.join('.')} passed its check and is missing`);
  return content;
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
