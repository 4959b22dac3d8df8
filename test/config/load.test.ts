import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KEYAPI_LISTS } from '../../src/list/shipped.ts';
import { TOP_PRODUCTS } from '../../src/list/top-products.ts';
import { loadConfig } from '../../src/config/load.ts';
import { AppError } from '../../src/lib/errors.ts';
import { LEAST, load, problemsOf, warningsOf, tokenOf } from './read-yaml-config.ts';
import { thrownBy } from '../support/thrown-by.ts';

const KEYS = [Buffer.alloc(24, 'a'), Buffer.alloc(64, 'b')].map(
  (key) => `whsec_${key.toString('base64')}`,
);

test('the least configuration has every default', () => {
  const { config, warnings } = load({ yaml: LEAST });

  expect(JSON.parse(JSON.stringify(config))).toEqual({
    path: '/etc/tidemark/tidemark.yaml',
    database: '/etc/tidemark/tidemark.db',
    timezone: 'UTC',
    locale: 'en',
    sources: [
      {
        name: 'keyapi',
        kind: 'keyapi',
        place: 'source',
        lists: JSON.parse(JSON.stringify(KEYAPI_LISTS)),
        baseUrl: 'https://api.keyapi.ai',
        auth: { kind: 'bearer', token: '<secret>' },
        allowPrivate: true,
        requestsPerSecond: 1,
        concurrency: 2,
        timeoutMs: 30_000,
        pageSize: 20,
        creditsPerRequest: 2,
        dailyCredits: 500,
      },
    ],
    watches: [
      {
        name: 'us',
        source: 'keyapi',
        list: JSON.parse(JSON.stringify(TOP_PRODUCTS)),
        asked: { region: 'US', time_scope: 1, category: null, keyword: null },
        depth: 500,
        schedule: '0 6 * * *',
        timezone: 'UTC',
      },
    ],
    smtp: null,
    channels: [],
    rules: [],
    digests: [],
    retention: {
      rawPagesMs: 30 * 86_400_000,
      observationsMs: null,
      then: 'weekly',
      messagesMs: 400 * 86_400_000,
      ledgerMs: 400 * 86_400_000,
    },
    backup: null,
    lake: null,
    heartbeat: null,
    web: {
      listen: null,
      publicUrl: null,
      hosts: [],
      trustedProxies: [],
      auth: null,
      viewersMayQuery: false,
      opsListen: null,
    },
  });
  expect(warnings).toEqual([]);
});

test('backups go to a folder, or to a bucket with its key, and a heart beats every five minutes', () => {
  const { config } = load({
    yaml: [
      ...LEAST,
      'backup: { schedule: "30 3 * * *", to: ./copies }',
      'heartbeat: { url: "https://hc.example.com/uuid" }',
    ],
  });
  expect(config.backup).toEqual({
    schedule: '30 3 * * *',
    timezone: 'UTC',
    to: { kind: 'folder', path: '/etc/tidemark/copies' },
    keepMs: 30 * 86_400_000,
  });
  expect(config.heartbeat?.everyMs).toBe(300_000);
  const { to } =
    load({
      yaml: [
        ...LEAST,
        'backup:',
        '  schedule: "30 3 * * *"',
        '  to: s3://my-bucket/a/b/',
        '  endpoint: https://s3.example.com/',
        '  access_key_id: AKIA',
        '  secret_access_key_file: ./key',
      ],
      files: { '/etc/tidemark/key': 'hush\n' },
    }).config.backup ?? {};
  expect(to).toMatchObject({
    kind: 's3',
    bucket: 'my-bucket',
    prefix: 'a/b',
    endpoint: 'https://s3.example.com',
    region: 'us-east-1',
    accessKeyId: 'AKIA',
  });
  expect(to?.kind === 's3' && to.secretAccessKey.reveal()).toBe('hush');
  expect(JSON.stringify(config)).not.toContain('hc.example.com');
});

test('an address to listen on may be a port alone', () => {
  const listensOn = (yaml: string) =>
    load({ yaml: [...LEAST, `web: { ops_listen: ${yaml} }`] }).config.web.opsListen;
  expect(listensOn('9464')).toEqual({ host: '127.0.0.1', port: 9464 });
  expect(listensOn('"[::1]:9464"')).toEqual({ host: '::1', port: 9464 });
  expect(listensOn('0.0.0.0:80')).toEqual({ host: '0.0.0.0', port: 80 });
});

test('a full configuration is read as it is meant', () => {
  const { config } = load({
    yaml: `
database: ../data/history.db
timezone: Europe/Berlin
source: { base_url: "http://127.0.0.1:8787//", token: secret-token, requests_per_second: 0.5, daily_credits: null }
watches:
  us: { region: US, time_scope: 7, category: 601583, keyword: oud, depth: 45, schedule: "0 6 * * *", timezone: America/New_York }
  eu: { region: all_regions, schedule: "0 6 * * *" }
smtp: { url: smtps://user@mail.example.com, password: "p@ss/w:rd%", from: '"Doe, Jane" <jane@example.com>' }
channels:
  team: { type: email, to: [ana@example.com, bo@localhost] }
  hook: { type: webhook, url: https://example.com/hook, secret: [${KEYS.join(', ')}], headers: { Authorization: Bearer abc }, allow_private: true }
  chat: { type: webhook, url: https://hooks.example.com/x, format: slack }
rules:
  up:
    description: Climbs
    watches: [us]
    when: rank_gain >= 20
    compare: 36h
    clear: rank > 120
    for: 2
    clear_for: 3
    cooldown: 1h30m
    repeat: 7d
    resolved: true
    on_first: notify
    max_gap: 3d
    severity: critical
    notify: [team, hook]
digests:
  weekly: { schedule: "0 8 * * 1", notify: [team] }
  daily: { watches: [eu], schedule: "0 8 * * *", timezone: UTC, compare: previous, top: 5, detail: full, when_quiet: skip, notify: [chat] }
retention: { raw_pages: null, observations: { all: 90d }, ledger: null }
`,
  });

  expect(config.database).toBe('/etc/data/history.db');
  expect(config.sources[0]).toMatchObject({
    baseUrl: 'http://127.0.0.1:8787',
    requestsPerSecond: 0.5,
    dailyCredits: null,
  });
  expect(config.watches).toEqual([
    {
      name: 'us',
      source: 'keyapi',
      list: TOP_PRODUCTS,
      asked: { region: 'US', time_scope: 7, category: '601583', keyword: 'oud' },
      depth: 45,
      schedule: '0 6 * * *',
      timezone: 'America/New_York',
    },
    {
      name: 'eu',
      source: 'keyapi',
      list: TOP_PRODUCTS,
      asked: { region: 'all_regions', time_scope: 1, category: null, keyword: null },
      depth: 500,
      schedule: '0 6 * * *',
      timezone: 'Europe/Berlin',
    },
  ]);
  const password = new URL(config.smtp?.url.reveal() ?? '').password;
  expect([decodeURIComponent(password), config.smtp?.from, config.smtp?.fromAddress]).toEqual([
    'p@ss/w:rd%',
    '"Doe, Jane" <jane@example.com>',
    'jane@example.com',
  ]);
  expect(
    config.channels.map((channel) => ({
      ...channel,
      ...(channel.kind === 'webhook' && {
        url: channel.url.reveal(),
        secrets: channel.secrets.map((secret) => secret.reveal()),
        headers: Object.entries(channel.headers).map(([name, value]) => [name, value.reveal()]),
      }),
    })),
  ).toEqual([
    { kind: 'email', name: 'team', to: ['ana@example.com', 'bo@localhost'] },
    {
      kind: 'webhook',
      name: 'hook',
      url: 'https://example.com/hook',
      format: 'standard',
      secrets: KEYS,
      headers: [['authorization', 'Bearer abc']],
      allowPrivate: true,
    },
    {
      kind: 'webhook',
      name: 'chat',
      url: 'https://hooks.example.com/x',
      format: 'slack',
      secrets: [],
      headers: [],
      allowPrivate: false,
    },
  ]);
  expect(config.rules).toEqual([
    {
      name: 'up',
      description: 'Climbs',
      watches: ['us'],
      when: 'rank_gain >= 20',
      compare: { kind: 'ago', ms: 36 * 3_600_000, text: '36h' },
      clear: 'rank > 120',
      for: 2,
      clearFor: 3,
      cooldownMs: 5_400_000,
      repeatMs: 7 * 86_400_000,
      resolved: true,
      onFirst: 'notify',
      maxGapMs: 3 * 86_400_000,
      severity: 'critical',
      notify: ['team', 'hook'],
    },
  ]);
  expect(config.digests).toEqual([
    {
      name: 'weekly',
      watches: null,
      schedule: '0 8 * * 1',
      timezone: 'Europe/Berlin',
      compare: { kind: 'ago', ms: 7 * 86_400_000, text: '7d' },
      top: 20,
      detail: 'short',
      whenQuiet: 'send',
      notify: ['team'],
    },
    {
      name: 'daily',
      watches: ['eu'],
      schedule: '0 8 * * *',
      timezone: 'UTC',
      compare: { kind: 'previous' },
      top: 5,
      detail: 'full',
      whenQuiet: 'skip',
      notify: ['chat'],
    },
  ]);
  expect(config.retention).toEqual({
    rawPagesMs: null,
    observationsMs: 90 * 86_400_000,
    then: 'weekly',
    messagesMs: 400 * 86_400_000,
    ledgerMs: null,
  });
});

test('a configuration cannot be changed, however deep', () => {
  const { config } = load({ yaml: [...LEAST, 'rules: { up: { when: rank > 1, watches: [us] } }'] });
  const [rule] = config.rules;
  expect(() => (rule?.watches as string[]).push('eu')).toThrow(TypeError);
  expect(() => Object.assign(config.sources[0] ?? {}, { pageSize: 1 })).toThrow(TypeError);
});

test('secrets do not show when a configuration is printed', () => {
  const { config } = load({
    yaml: [
      ...LEAST,
      'channels: { hook: { type: webhook, url: https://example.com/hunter2, headers: { x-key: hunter2 } } }',
      'smtp: { url: smtp://u:hunter2@localhost, from: a@example.com }',
    ],
  });
  expect(JSON.stringify(config) + inspect(config, { depth: 9 })).not.toContain('hunter2');
});

describe('a value from the environment', () => {
  const watch = (keys: string) => [
    'source: { token: t }',
    `watches: { us: { region: US, schedule: "0 6 * * *", ${keys} } }`,
  ];

  test.each([
    [
      'stands for a number where a number is wanted',
      watch('depth: ${X}'),
      { X: '40' },
      { depth: 40 },
    ],
    [
      'stays text where text is wanted',
      watch('keyword: ${X}'),
      { X: '007' },
      { asked: expect.objectContaining({ keyword: '007' }) },
    ],
    [
      'is never read as YAML',
      watch('keyword: ${X}'),
      { X: '{ a: [1] } # "no' },
      { asked: expect.objectContaining({ keyword: '{ a: [1] } # "no' }) },
    ],
    [
      'may stand inside a text, more than once',
      watch('keyword: "a ${X} b ${X}"'),
      { X: '1' },
      { asked: expect.objectContaining({ keyword: 'a 1 b 1' }) },
    ],
    [
      'is not looked for in what came from the environment',
      watch('keyword: ${X}'),
      { X: '${Y}', Y: 'no' },
      { asked: expect.objectContaining({ keyword: '${Y}' }) },
    ],
    [
      'is not looked for after $${',
      watch('keyword: $${X}'),
      { X: 'no' },
      { asked: expect.objectContaining({ keyword: '${X}' }) },
    ],
    [
      'is not looked for without braces',
      watch('keyword: $X'),
      { X: 'no' },
      { asked: expect.objectContaining({ keyword: '$X' }) },
    ],
  ])('%s', (_, yaml, env, expected) => {
    expect(load({ yaml, env }).config.watches[0]).toMatchObject(expected);
  });

  test('stands for a flag where a flag is wanted', () => {
    const yaml = [...LEAST, 'rules: { up: { when: rank > 1, resolved: "${X}" } }'];
    expect(load({ yaml, env: { X: 'true' } }).config.rules[0]?.resolved).toBe(true);
  });

  test('is not needed for what only a comment says', () => {
    expect(problemsOf({ yaml: ['# token: ${NOT_SET}', ...LEAST] })).toEqual([]);
  });

  test('works in block text, in quotes and through an alias', () => {
    const { config } = load({
      yaml: [
        'source: { token: &t "${X}" }',
        'watches:',
        '  us: { region: US, schedule: "0 6 * * *", keyword: *t }',
        'rules:',
        '  up:',
        '    when: |',
        '      rank < ${N}',
        '      and rank > 1',
      ],
      env: { X: 'tok', N: '9' },
    });
    expect([
      tokenOf(config.sources[0]),
      config.watches[0]?.asked.keyword,
      config.rules[0]?.when,
    ]).toEqual(['tok', 'tok', 'rank < 9\nand rank > 1\n']);
  });
});

test('a file stands in for each secret, without the newlines at its end', () => {
  const { config } = load({
    yaml: [
      'source: { token_file: secrets/token }',
      'watches: { us: { region: US, schedule: "0 6 * * *" } }',
      'smtp: { url: smtp://user@localhost, password_file: /run/password, from: a@example.com }',
      'channels: { hook: { type: webhook, url_file: "${DIR}/hook", secret_file: secrets/keys } }',
    ],
    env: { DIR: '/run' },
    files: {
      '/etc/tidemark/secrets/token': 'sk_live_1\n',
      '/run/password': 'blank inside \r\n',
      '/run/hook': 'https://example.com/hook\n\n',
      '/etc/tidemark/secrets/keys': `${KEYS.join('\r\n')}\n`,
    },
  });
  const [hook] = config.channels;
  expect([
    tokenOf(config.sources[0]),
    decodeURIComponent(new URL(config.smtp?.url.reveal() ?? '').password),
  ]).toEqual(['sk_live_1', 'blank inside ']);
  expect(
    hook?.kind === 'webhook' && [hook.url.reveal(), hook.secrets.map((secret) => secret.reveal())],
  ).toEqual(['https://example.com/hook', KEYS]);
});

test('sections with nothing below them are empty', () => {
  expect(
    problemsOf({ yaml: [...LEAST, 'rules:', 'channels:', 'digests:', 'smtp:', 'retention:'] }),
  ).toEqual([]);
});

describe('on disk', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidemark-config-'));
    mkdirSync(join(folder, 'conf'));
    for (const name of ['tidemark.yaml', 'conf/other.yaml', 'conf/third.yaml'])
      writeFileSync(join(folder, name), LEAST.join('\n'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each([
    ['tidemark.yaml of the working directory', {}, undefined, 'tidemark.yaml'],
    [
      'the file TIDEMARK_CONFIG names',
      { TIDEMARK_CONFIG: 'conf/other.yaml' },
      undefined,
      'conf/other.yaml',
    ],
    [
      'the file --config names, whatever TIDEMARK_CONFIG says',
      { TIDEMARK_CONFIG: 'conf/other.yaml' },
      'conf/third.yaml',
      'conf/third.yaml',
    ],
    [
      'the usual file when TIDEMARK_CONFIG is empty',
      { TIDEMARK_CONFIG: '' },
      undefined,
      'tidemark.yaml',
    ],
  ])('%s is read', (_, env, path, expected) => {
    expect(loadConfig({ env, cwd: folder, path }).config.path).toBe(join(folder, expected));
  });

  test('without a file here, that of the user is read, and one that cannot be read is not passed over', () => {
    const home = join(folder, 'home');
    const inHome = join(home, '.config/tidemark/tidemark.yaml');
    mkdirSync(join(inHome, '..'), { recursive: true });
    const cwd = join(folder, 'empty');
    mkdirSync(cwd);
    writeFileSync(inHome, LEAST.join('\n'));
    expect(loadConfig({ env: { HOME: home }, cwd }).config.path).toBe(inHome);
    const elsewhere = { HOME: home, XDG_CONFIG_HOME: join(folder, 'elsewhere') };
    expect(thrownBy(() => loadConfig({ env: elsewhere, cwd }))).toMatchObject({
      message: `${join(cwd, 'tidemark.yaml')} has 1 problem:\n1:1 (file): does not exist (got nothing)`,
      hint: expect.stringContaining(
        `(also looked for: ${folder}/elsewhere/tidemark/tidemark.yaml, /etc/tidemark/tidemark.yaml).`,
      ),
    });
    mkdirSync(join(cwd, 'tidemark.yaml'));
    expect(thrownBy(() => loadConfig({ env: { HOME: home }, cwd }))).toMatchObject({
      message: expect.stringContaining('cannot be read (EISDIR)'),
    });
  });

  test('the database is relative to the file, not to the working directory', () => {
    expect(loadConfig({ env: {}, cwd: folder, path: 'conf/other.yaml' }).config.database).toBe(
      join(folder, 'conf/tidemark.db'),
    );
  });

  test('a file that is not there says how to get one', () => {
    const thrown = thrownBy(() => loadConfig({ env: {}, cwd: folder, path: 'nowhere.yaml' }));
    expect(thrown).toBeInstanceOf(AppError);
    expect(thrown).toMatchObject({
      code: 'config_invalid',
      message: `${join(folder, 'nowhere.yaml')} has 1 problem:\n1:1 (file): does not exist (got nothing)`,
      hint: 'Write one with `tidemark init`, or name yours with --config PATH or TIDEMARK_CONFIG.',
    });
  });

  test('a folder in its place is refused', () => {
    expect(thrownBy(() => loadConfig({ env: {}, cwd: folder, path: 'conf' }))).toMatchObject({
      code: 'config_invalid',
      message: `${join(folder, 'conf')} has 1 problem:\n1:1 (file): cannot be read (EISDIR) (got nothing)`,
    });
  });
});

test('loadConfig throws all problems in one message', () => {
  const thrown = thrownBy(() => load({ yaml: ['timezone: Nowhere', ...LEAST, 'colour: blue'] }));
  expect(thrown).toMatchObject({
    code: 'config_invalid',
    message: [
      '/etc/tidemark/tidemark.yaml has 2 problems:',
      '1:11 timezone: must be a time zone of the IANA database, such as Europe/Berlin or UTC (got "Nowhere")',
      '4:1 colour: is not a known key (got "colour")',
    ].join('\n'),
  });
});

describe('warnings', () => {
  const mailer = (url: string) => [...LEAST, `smtp: { url: "${url}", from: a@example.com }`];
  const UNENCRYPTED =
    '3:14 smtp.url: lets mail and passwords travel unencrypted (ignoreTLS=true or requireTLS=false); use smtps://, or leave that out';

  test.each([
    {
      name: 'the United Kingdom as UK',
      yaml: ['source: { token: t }', 'watches: { uk: { region: UK, schedule: "0 6 * * *" } }'],
      says: [
        '2:26 watches.uk.region: UK is no country code of ISO 3166-1; the United Kingdom is GB',
      ],
    },
    {
      name: 'a country that does not exist',
      yaml: ['source: { token: t }', 'watches: { us: { region: UD, schedule: "0 6 * * *" } }'],
      says: ['2:26 watches.us.region: is no country code of ISO 3166-1'],
    },
    {
      name: 'a time scope that is passed on',
      yaml: [
        'source: { token: t }',
        'watches: { us: { region: US, time_scope: 120, schedule: "0 6 * * *" } }',
      ],
      says: [
        '2:42 watches.us.time_scope: the source is known to serve 1, 7 and 30 days; other values are passed on as they are',
      ],
    },
    {
      name: 'one list under two names',
      yaml: [
        'source: { token: t }',
        'watches: { us: { region: US, schedule: "0 6 * * *" }, again: { region: US, depth: 500, schedule: "0 7 * * *" } }',
      ],
      says: ['2:55 watches.again: asks for the same list as us, and pays for it again'],
    },
    {
      name: 'a channel without rule',
      yaml: [...LEAST, 'channels: { hook: { type: webhook, url: https://example.com } }'],
      says: ['3:13 channels.hook: no rule and no digest notifies this channel'],
    },
    {
      name: 'a rule without channel',
      yaml: [...LEAST, 'rules: { up: { when: rank > 1 } }'],
      says: ['3:10 rules.up: notifies no channel; its alerts are only recorded'],
    },
    {
      name: 'a digest without channel',
      yaml: [...LEAST, 'digests: { weekly: { schedule: "0 8 * * 1" } }'],
      says: ['3:12 digests.weekly: notifies no channel; it can only be previewed'],
    },
    {
      name: 'STARTTLS that is switched off',
      yaml: mailer('smtp://mail.company.com:587?ignoreTLS=true'),
      says: [UNENCRYPTED],
    },
    {
      name: 'STARTTLS that is not required',
      yaml: mailer('smtp://mail.company.com:25?requireTLS=false'),
      says: [UNENCRYPTED],
    },
    {
      name: 'a token that travels unencrypted',
      yaml: [
        'source: { token: t, base_url: "http://api.example.com" }',
        'watches: { us: { region: US, schedule: "0 6 * * *" } }',
      ],
      says: ['1:31 source.base_url: sends the token unencrypted; use https://'],
    },
    {
      name: 'nothing for a source on this machine',
      yaml: [
        'source: { token: t, base_url: "http://127.0.0.1:8787" }',
        'watches: { us: { region: US, schedule: "0 6 * * *" } }',
      ],
      says: [],
    },
    {
      name: 'nothing for a mail server with STARTTLS',
      yaml: mailer('smtp://mail.company.com:25'),
      says: [],
    },
    { name: 'nothing for TLS', yaml: mailer('smtps://mail.company.com'), says: [] },
    {
      name: 'nothing for this machine',
      yaml: mailer('smtp://localhost:1025?ignoreTLS=true'),
      says: [],
    },
    {
      name: 'history thinned that rules compare with',
      yaml: [
        ...LEAST,
        'channels: { h: { type: webhook, url: https://example.com/x } }',
        'rules: { month: { when: rank = 1, compare: 30d, notify: [h] }, day: { when: rank = 1, compare: 1d, notify: [h] } }',
        'retention: { observations: { all: 14d } }',
      ],
      says: [
        '5:35 retention.observations.all: thins what month would compare with: most of the snapshots so long ago will be gone',
        '5:35 retention.observations.all: thins what z-scores look back on, the last 28 snapshots of a product; they will be taken over longer times',
      ],
    },
    {
      name: 'nothing for history that is kept long enough',
      yaml: [...LEAST, 'retention: { observations: { all: 60d } }'],
      says: [],
    },
    {
      name: 'nothing for this machine by address',
      yaml: mailer('smtp://[::1]:1025?ignoreTLS=true'),
      says: [],
    },
  ])('$name', ({ yaml, says }) => {
    expect(warningsOf({ yaml })).toEqual(says);
  });
});
