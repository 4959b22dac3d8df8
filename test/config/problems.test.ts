import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LEAST, problemsOf, type YamlCase } from './read-yaml-config.ts';

/** `»` in the YAML marks the place each line of `says` must name; without one it is the beginning of the file. */
type Row = YamlCase & { name: string; says: string | string[] };

function unmark(row: Row): { yamlCase: YamlCase; expected: string[] } {
  const lines = [row.yaml].flat().join('\n').split('\n');
  const places = lines.flatMap((text, i) =>
    [...text.matchAll(/»/g)].map((mark, before) => `${i + 1}:${mark.index - before + 1}`),
  );
  const yaml = lines.map((text) => text.replaceAll('»', ''));
  return {
    yamlCase: { ...row, yaml },
    expected: [row.says].flat().map((line, i) => `${places[i] ?? places.at(-1) ?? '1:1'} ${line}`),
  };
}

const SOURCE = 'source: { token: sk_live_hunter2 }';
const KEY_OF_24 = Buffer.alloc(24, 'hunter2').toString('base64');
const watch = (keys: string) => [
  SOURCE,
  'watches:',
  `  us: { region: US, schedule: "0 6 * * *", ${keys} }`,
];
const onlyWatch = (keys: string) => [SOURCE, `watches: { us: { ${keys} } }`];
const hook = (keys: string) => [...LEAST, `channels: { hook: { type: webhook, ${keys} } }`];
const mail = (to: string) => [
  ...LEAST,
  'smtp: { url: smtp://localhost, from: a@example.com }',
  `channels: { team: { type: email, to: [${to}] } }`,
];
const ntfy = (keys: string) => [...LEAST, `channels: { phone: { type: ntfy, ${keys} } }`];
const BOT_TOKEN = '1:hunter2-hunter2-hunter2-hunter2';
const telegram = (keys: string) => [
  ...LEAST,
  `channels: { bot: { type: telegram, token: "${BOT_TOKEN}", ${keys} } }`,
];
const smtp = (keys: string) => [...LEAST, `smtp: { ${keys} }`];
const rule = (keys: string) => [...LEAST, `rules: { up: { when: rank <= 10, ${keys} } }`];
const digest = (keys: string) => [...LEAST, `digests: { weekly: { ${keys} } }`];
const source = (keys: string) => [`source: { token: sk_live_hunter2, ${keys} }`, LEAST[1] ?? ''];

const THE_FILE: Row[] = [
  { name: 'an empty file', yaml: '', says: '(file): is empty (got nothing)' },
  { name: 'a file of comments', yaml: '# nothing yet\n', says: '(file): is empty (got nothing)' },
  {
    name: 'a file that is a list',
    yaml: '- us',
    says: '(file): must be a mapping of keys (got a list)',
  },
  {
    name: 'the file of a token, given by mistake',
    yaml: 'sk_live_hunter2',
    says: '(file): must be a mapping of keys (got a single value)',
  },
  {
    name: 'a tab',
    yaml: [...LEAST, 'smtp:', '»\turl: smtp://u:hunter2@h'],
    says: '(file): uses a tab for indentation; YAML wants spaces (got no valid YAML)',
  },
  {
    name: 'an open quote',
    yaml: [...LEAST, 'timezone: "hunter2»'],
    says: '(file): misses a closing quote, bracket or a ":" (got no valid YAML)',
  },
  {
    name: 'an open bracket',
    yaml: [...LEAST, 'rules: { up: {»'],
    says: '(file): is indented differently from its neighbours, or a bracket is not closed (got no valid YAML)',
  },
  {
    name: 'a second colon',
    yaml: [...LEAST, 'timezone: »hunter2: b'],
    says: '(file): has a second ": " on one line; put the text in quotes, or check the indentation (got no valid YAML)',
  },
  {
    name: 'a token that starts with @',
    yaml: ['source:', '  token: »@hunter2'],
    says: '(file): starts with a reserved character (@ or `); put the text in quotes (got no valid YAML)',
  },
  {
    name: 'a token that starts with *',
    yaml: ['source:', '  token: »*hunter2'],
    says: '(file): is not a usable *alias; put quotes around text that starts with * (got no valid YAML)',
  },
  {
    name: 'a bad escape',
    yaml: [...LEAST, 'timezone: "»\\q"'],
    says: '(file): has an unknown \\ escape in double quotes; write \\\\ or use single quotes (got no valid YAML)',
  },
  {
    name: 'a tag',
    yaml: [...LEAST, 'timezone: »!hunter2 UTC'],
    says: '(file): has a !tag; tags are not used here (got no valid YAML)',
  },
  {
    name: 'two documents',
    yaml: [...LEAST, '»---', 'timezone: UTC'],
    says: '(file): has a second document after ---; one file holds one configuration (got no valid YAML)',
  },
  {
    name: 'a key that is a list',
    yaml: [...LEAST, '? »[timezone]', ': UTC'],
    says: '(file): has a key that is not plain text (got no valid YAML)',
  },
  {
    name: 'a repeated key',
    yaml: [...LEAST, 'timezone: UTC', '»timezone: Europe/Berlin'],
    says: 'timezone: is written twice, first on line 3 (got "timezone")',
  },
  {
    name: 'a repeated watch',
    yaml: [
      SOURCE,
      'watches:',
      '  us: { region: US, schedule: "0 6 * * *" }',
      '  »us: { region: GB, schedule: "0 6 * * *" }',
    ],
    says: 'watches.us: is written twice, first on line 3 (got "us")',
  },
  {
    name: 'a key that would be lost',
    yaml: [...LEAST, 'rules: { »__proto__: { when: rank > 1 } }'],
    says: 'rules.__proto__: cannot be used as a key (got "__proto__")',
  },
];

const KEYS: Row[] = [
  {
    name: 'an unknown key with a near one',
    yaml: [...LEAST, '»timezon: UTC'],
    says: 'timezon: is not a known key; did you mean "timezone"? (got "timezon")',
  },
  {
    name: 'an unknown key like no other',
    yaml: [...LEAST, '»colour: blue'],
    says: 'colour: is not a known key (got "colour")',
  },
  {
    name: 'an unknown key of a watch',
    yaml: watch('»depht: 10'),
    says: 'watches.us.depht: is not a known key; did you mean "depth"? (got "depht")',
  },
  {
    name: 'a key of the other channel type',
    yaml: hook('url: https://h.example/hunter2, »to: [a@example.com]'),
    says: 'channels.hook.to: is not a known key (got "to")',
  },
  { name: 'no watches', yaml: [SOURCE], says: 'watches: is required (got nothing)' },
  {
    name: 'an empty mapping of watches',
    yaml: [SOURCE, '»watches: {}'],
    says: 'watches: must hold at least one watch (got a mapping)',
  },
  {
    name: 'watches as a list',
    yaml: [SOURCE, '»watches: [us]'],
    says: 'watches: must be a mapping of names (got a list)',
  },
  {
    name: 'a missing key',
    yaml: [SOURCE, 'watches: { »us: { region: US } }'],
    says: 'watches.us.schedule: is required (got nothing)',
  },
  {
    name: 'a section that is text',
    yaml: [...LEAST, 'smtp: »smtp://u:hunter2@h'],
    says: 'smtp: must be a mapping of keys (got a single value)',
  },
  {
    name: 'a token without the blank before it',
    yaml: ['»source:', '  »token:hunter2', LEAST[1] ?? ''],
    says: [
      'source.token: is required: give token or token_file (got nothing)',
      'source: must be a mapping of keys (got a single value)',
    ],
  },
  {
    name: 'a token without the blank before it, in braces',
    yaml: ['»source: { »token:hunter2 }', LEAST[1] ?? ''],
    says: [
      'source.token: is required: give token or token_file (got nothing)',
      'source.<secret>: is not a known key (got <secret>)',
    ],
  },
  {
    name: 'a token for a key',
    yaml: ['source: { token: sk_live_hunter2, »sk_live_hunter2: }', LEAST[1] ?? ''],
    says: 'source.<secret>: is not a known key (got <secret>)',
  },
  {
    name: 'a name in upper case',
    yaml: [...LEAST, 'rules: { »Up: { when: rank > 1 } }'],
    says: 'rules.Up: must be a name of lower-case letters, digits, - and _, at most 64, with a letter or digit first (got "Up")',
  },
  {
    name: 'a name with a blank',
    yaml: [...LEAST, 'digests: { »"a b": { schedule: "0 8 * * 1" } }'],
    says: 'digests."a b": must be a name of lower-case letters, digits, - and _, at most 64, with a letter or digit first (got "a b")',
  },
  {
    name: 'a name of 65 letters',
    yaml: [...LEAST, `rules: { »${'x'.repeat(65)}: { when: rank > 1 } }`],
    says: `rules."${'x'.repeat(63)}…": must be a name of lower-case letters, digits, - and _, at most 64, with a letter or digit first (got "${'x'.repeat(63)}…")`,
  },
];

const SOURCE_KEYS: Row[] = [
  {
    name: 'no source at all',
    yaml: LEAST.slice(1),
    says: 'source.token: is required: give token or token_file (got nothing)',
  },
  {
    name: 'no token',
    yaml: ['source: { concurrency: 2 }', LEAST[1] ?? ''],
    says: 'source.token: is required: give token or token_file (got nothing)',
  },
  {
    name: 'an empty token',
    yaml: ['source: { token: »"" }', LEAST[1] ?? ''],
    says: 'source.token: must not be empty (got <secret>)',
  },
  {
    name: 'a token of two words',
    yaml: ['source: { token: »Bearer hunter2 }', LEAST[1] ?? ''],
    says: 'source.token: must be one word of visible ASCII characters (got <secret>)',
  },
  {
    name: 'a token that YAML reads as a number',
    yaml: ['source: { token: »1234567 }', LEAST[1] ?? ''],
    says: 'source.token: must be text; put it in quotes (got <secret>)',
  },
  {
    name: 'a base URL of another scheme',
    yaml: source('base_url: »ftp'),
    says: 'source.base_url: must be an http:// or https:// URL (got "ftp")',
  },
  {
    name: 'a base URL with a password',
    yaml: source('base_url: »https://me:hunter2@api.example'),
    says: 'source.base_url: must not hold a user name or password; the token belongs into token (got <secret>)',
  },
  {
    name: 'a base URL with a query',
    yaml: source('base_url: »"https://api.example?key=hunter2"'),
    says: 'source.base_url: must end before any ? or # (got <secret>)',
  },
  {
    name: 'no requests per second',
    yaml: source('requests_per_second: »0'),
    says: 'source.requests_per_second: must be a number above 0, at most 100 (got 0)',
  },
  {
    name: 'half a request at once',
    yaml: source('concurrency: »0.5'),
    says: 'source.concurrency: must be a whole number from 1 to 50 (got 0.5)',
  },
  {
    name: 'a page beyond what is served',
    yaml: source('page_size: »21'),
    says: 'source.page_size: must be a whole number from 1 to 20 (got 21)',
  },
  {
    name: 'negative credits',
    yaml: source('daily_credits: »-1'),
    says: 'source.daily_credits: must be a whole number from 0 to 1000000000 (got -1)',
  },
  {
    name: 'a timeout without unit',
    yaml: source('timeout: »30'),
    says: 'source.timeout: must be a duration such as 45s, 36h or 7d (got 30)',
  },
  {
    name: 'a timeout longer than a timer can be',
    yaml: source('timeout: »30d'),
    says: 'source.timeout: must be at most 10m (got "30d")',
  },
];

const cron = (expression: string, problem: string): Row => ({
  name: `the schedule "${expression}"`,
  yaml: onlyWatch(`region: US, schedule: »"${expression}"`),
  says: `watches.us.schedule: ${problem} (got "${expression}")`,
});
const FORM = '(numbers, lists, ranges from low to high, * and */step)';
const FIVE =
  'must be a cron expression of five fields: minute, hour, day of month, month, day of week';

const WATCH_KEYS: Row[] = [
  {
    name: 'a region in lower case',
    yaml: onlyWatch('region: »us, schedule: "0 6 * * *"'),
    says: 'watches.us.region: must be two capital letters (ISO 3166-1), or all_regions; did you mean "US"? (got "us")',
  },
  {
    name: 'all regions in upper case',
    yaml: onlyWatch('region: »ALL_REGIONS, schedule: "0 6 * * *"'),
    says: 'watches.us.region: must be two capital letters (ISO 3166-1), or all_regions; did you mean "all_regions"? (got "ALL_REGIONS")',
  },
  {
    name: 'a region in words',
    yaml: onlyWatch('region: »Germany, schedule: "0 6 * * *"'),
    says: 'watches.us.region: must be two capital letters (ISO 3166-1), or all_regions (got "Germany")',
  },
  {
    name: 'a time scope of no days',
    yaml: watch('time_scope: »0'),
    says: 'watches.us.time_scope: must be a whole number from 1 to 3650 (got 0)',
  },
  {
    name: 'a category by name',
    yaml: watch('category: »Perfume'),
    says: 'watches.us.category: is a name, and the tree of categories is not known yet: run tidemark categories once, or give the id (got "Perfume")',
  },
  {
    name: 'a category id that YAML cannot read exactly',
    yaml: watch('category: »12345678901234567890'),
    says: 'watches.us.category: must be text; put it in quotes (got 12345678901234567000)',
  },
  {
    name: 'an empty keyword',
    yaml: watch('keyword: »" "'),
    says: 'watches.us.keyword: must not be empty; leave it out for the whole list (got "")',
  },
  {
    name: 'the keyword that means none',
    yaml: watch('keyword: »"FALSE"'),
    says: 'watches.us.keyword: cannot be FALSE, which means no keyword to the source; leave it out for the whole list (got "FALSE")',
  },
  {
    name: 'depth 0',
    yaml: watch('depth: »0'),
    says: 'watches.us.depth: must be a whole number from 1 to 10000 (got 0)',
  },
  {
    name: 'depth 10001',
    yaml: watch('depth: »10001'),
    says: 'watches.us.depth: must be a whole number from 1 to 10000 (got 10001)',
  },
  {
    name: 'a depth in words',
    yaml: watch('depth: »all'),
    says: 'watches.us.depth: must be a whole number from 1 to 10000 (got "all")',
  },
  {
    name: 'an unknown zone',
    yaml: watch('timezone: »Europe/Berln'),
    says: 'watches.us.timezone: must be a time zone of the IANA database, such as Europe/Berlin or UTC; did you mean "Europe/Berlin"? (got "Europe/Berln")',
  },
  {
    name: 'an offset as a zone',
    yaml: watch('timezone: »"+02:00"'),
    says: 'watches.us.timezone: must be a time zone of the IANA database, such as Europe/Berlin or UTC (got "+02:00")',
  },
  cron('0 6 * *', FIVE),
  cron('0 0 6 * * *', FIVE),
  cron('@daily', FIVE),
  cron('', FIVE),
  cron('60 6 * * *', `is not a cron expression: the minute must be 0 to 59 ${FORM}`),
  cron('0 24 * * *', `is not a cron expression: the hour must be 0 to 23 ${FORM}`),
  cron(
    '99 99 * * *',
    `is not a cron expression: the minute must be 0 to 59, the hour must be 0 to 23 ${FORM}`,
  ),
  cron(
    '0 6 * * noon',
    `is not a cron expression: the day of week must be 0 to 7 or SUN to SAT ${FORM}`,
  ),
  cron('0 22-2 * * *', `is not a cron expression: the hour must be 0 to 23 ${FORM}`),
  cron('0 6 30 2 *', 'names a date that never comes'),
];

const SMTP_KEYS: Row[] = [
  {
    name: 'a mail URL whose password holds a #',
    yaml: smtp("url: »'smtp://me:p@ss#w@mail.example.com:587', from: a@example.com"),
    says: 'smtp.url: holds a #, and what follows it would be lost; write special characters of the user name and password as %23 and the like, or use password_file (got <secret>)',
  },
  {
    name: 'a mail URL whose user name holds a /',
    yaml: smtp("url: »'smtp://me/x:hunter2@mail.example.com', from: a@example.com"),
    says: 'smtp.url: goes on after the host, and what follows would be lost; write special characters of the user name and password as %23 and the like, or use password_file (got <secret>)',
  },
  {
    name: 'a mail URL whose password holds a ?',
    yaml: smtp("url: »'smtp://me:123?hunter2@mail.example.com', from: a@example.com"),
    says: 'smtp.url: has something after its ? that is no option of the mail server; write special characters of the user name and password as %23 and the like, or use password_file (got <secret>)',
  },
  {
    name: 'smtp without anything',
    yaml: [...LEAST, '»smtp: {}'],
    says: ['smtp.url: is required (got nothing)', 'smtp.from: is required (got nothing)'],
  },
  {
    name: 'a mail server that is a web address',
    yaml: smtp('url: »https://u:hunter2@h, from: a@example.com'),
    says: 'smtp.url: must be smtp://user:password@host:port or smtps://…; write special characters of the password as %40, or use password (got <secret>)',
  },
  {
    name: 'a password without a user',
    yaml: smtp('url: »smtp://:hunter2@h, from: a@example.com'),
    says: 'smtp.url: has a password but no user name (got <secret>)',
  },
  {
    name: 'two passwords',
    yaml: smtp('url: smtp://u:hunter2@h, password: »hunter2, from: a@example.com'),
    says: 'smtp.password: cannot be given together with a password in url; keep one (got <secret>)',
  },
  {
    name: 'a password for nobody',
    yaml: smtp('url: smtp://h, password: »hunter2, from: a@example.com'),
    says: 'smtp.password: needs a user name in url: smtp://user@host:port (got <secret>)',
  },
  {
    name: 'a sender without address',
    yaml: smtp('url: smtp://h, from: »Tidemark'),
    says: 'smtp.from: must be an address such as ana@example.com (got "Tidemark")',
  },
  {
    name: 'a sender with an open bracket',
    yaml: smtp('url: smtp://h, from: »"Tidemark <a@example.com"'),
    says: 'smtp.from: must be an address, or a name and an address: Tidemark <alerts@example.com> (got "Tidemark <a@example.com")',
  },
  {
    name: 'a sender of two addresses',
    yaml: smtp('url: smtp://h, from: »"Tidemark <a@example.com, b@example.com>"'),
    says: 'smtp.from: must be one address; give each address an entry of its own (got "Tidemark <a@example.com, b@example.com>")',
  },
];

const address = (to: string, problem: string): Row => ({
  name: `the address ${to}`,
  yaml: mail(`»"${to}"`),
  says: `channels.team.to[0]: ${problem} (got "${to}")`,
});

const CHANNEL_KEYS: Row[] = [
  {
    name: 'a channel of no type',
    yaml: [...LEAST, 'channels: { »hook: { url: https://h.example/hunter2 } }'],
    says: 'channels.hook.type: must be email, webhook, ntfy or telegram (got nothing)',
  },
  {
    name: 'a channel of an unknown type',
    yaml: [...LEAST, 'channels: { hook: { type: »webhok } }'],
    says: 'channels.hook.type: must be email, webhook, ntfy or telegram; did you mean "webhook"? (got "webhok")',
  },
  {
    name: 'e-mail without a mail server',
    yaml: [...LEAST, 'channels: { team: { type: »email, to: [a@example.com] } }'],
    says: 'channels.team.type: needs an smtp section (got "email")',
  },
  {
    name: 'e-mail to nobody',
    yaml: [
      ...LEAST,
      'smtp: { url: smtp://localhost, from: a@example.com }',
      'channels: { team: { type: email, »to: [] } }',
    ],
    says: 'channels.team.to: must hold at least one address (got a list)',
  },
  {
    name: 'one address twice',
    yaml: mail('a@example.com, »A@example.com'),
    says: 'channels.team.to[1]: is in the list twice (got "A@example.com")',
  },
  address('ana', 'must be an address such as ana@example.com'),
  address('@example.com', 'must be an address such as ana@example.com'),
  address('ana@', 'must be an address such as ana@example.com'),
  address('ana@ex ample.com', 'must be an address such as ana@example.com'),
  address('a..b@example.com', 'must be an address such as ana@example.com'),
  address('ana@-example.com', 'must be an address such as ana@example.com'),
  address(`${'x'.repeat(65)}@e.com`.slice(0, 60), 'must be an address such as ana@example.com'),
  address(
    'victim@example.com, evil@example.com',
    'must be one address; give each address an entry of its own',
  ),
  address(
    'Ana <ana@example.com>',
    'must be a bare address such as ana@example.com, without a name',
  ),
  address('a@b>RCPT TO:<evil@x', 'must be a bare address such as ana@example.com, without a name'),
  address('ana@exämple.com', 'must be ASCII; write an international domain in its xn-- form'),
  {
    name: 'an address with a line break',
    yaml: mail('»"a@example.com\\r\\nBcc: x@example.com"'),
    says: 'channels.team.to[0]: must be an address such as ana@example.com (got "a@example.com Bcc: x@example.com")',
  },
  {
    name: 'ntfy without a topic',
    yaml: [...LEAST, 'channels: { »phone: { type: ntfy } }'],
    says: 'channels.phone.topic: is required: give topic or topic_file (got nothing)',
  },
  {
    name: 'a topic that is none',
    yaml: ntfy('topic: »"hunter2 and more"'),
    says: 'channels.phone.topic: must be a topic of letters, digits, - and _, at most 64 (got <secret>)',
  },
  {
    name: 'a server of ntfy by ftp',
    yaml: ntfy('topic: hunter2, server: »ftp://ntfy.example'),
    says: 'channels.phone.server: must be an http:// or https:// URL (got <secret>)',
  },
  {
    name: 'a token of ntfy with a blank',
    yaml: ntfy('topic: hunter2, token: »"tk_hunter2 x"'),
    says: 'channels.phone.token: must be one word of visible ASCII characters (got <secret>)',
  },
  {
    name: 'a click that opens no page',
    yaml: ntfy('topic: hunter2, click: »"javascript:alert(1)"'),
    says: 'channels.phone.click: must be an http:// or https:// URL (got "javascript:alert(1)")',
  },
  {
    name: 'a key of another kind of channel',
    yaml: ntfy('topic: hunter2, »chat_id: 1'),
    says: 'channels.phone.chat_id: is not a known key (got "chat_id")',
  },
  {
    name: 'Telegram without a token',
    yaml: [...LEAST, 'channels: { »bot: { type: telegram, chat_id: 1 } }'],
    says: 'channels.bot.token: is required: give token or token_file (got nothing)',
  },
  {
    name: 'a token that is not that of a bot',
    yaml: [...LEAST, 'channels: { bot: { type: telegram, token: »hunter2, chat_id: 1 } }'],
    says: 'channels.bot.token: must be the token of a bot, as @BotFather gives it: digits, a colon, and letters (got <secret>)',
  },
  {
    name: 'Telegram without a chat',
    yaml: [...LEAST, `channels: { »bot: { type: telegram, token: "${BOT_TOKEN}" } }`],
    says: 'channels.bot.chat_id: is required (got nothing)',
  },
  {
    name: 'a chat by a name without @',
    yaml: telegram('chat_id: »my_channel'),
    says: 'channels.bot.chat_id: must be the number of a chat, or @ and the name of a public channel (got "my_channel")',
  },
  {
    name: 'the number of a chat that YAML cannot hold',
    yaml: telegram('chat_id: »-100123456789012345678'),
    says: 'channels.bot.chat_id: must be text; put it in quotes (got -100123456789012350000)',
  },
  {
    name: 'a topic of a group that is none',
    yaml: telegram('chat_id: 1, message_thread_id: »0'),
    says: 'channels.bot.message_thread_id: must be a whole number from 1 to 2147483647 (got 0)',
  },
  {
    name: 'an address of the Bot API with a password',
    yaml: telegram('chat_id: 1, base_url: »"https://me:hunter2@api.example"'),
    says: 'channels.bot.base_url: must not hold a user name or password; the token belongs in token (got <secret>)',
  },
  {
    name: 'a webhook without URL',
    yaml: [...LEAST, 'channels: { »hook: { type: webhook, format: slack } }'],
    says: 'channels.hook.url: is required: give url or url_file (got nothing)',
  },
  {
    name: 'a webhook by ftp',
    yaml: hook('url: »ftp://h.example/hunter2'),
    says: 'channels.hook.url: must be an http:// or https:// URL (got <secret>)',
  },
  {
    name: 'a webhook that is no URL',
    yaml: hook('url: »hunter2'),
    says: 'channels.hook.url: must be an http:// or https:// URL (got <secret>)',
  },
  {
    name: 'a webhook with a password',
    yaml: hook('url: »https://me:hunter2@h.example/'),
    says: 'channels.hook.url: must not hold a user name or password; send them as a header instead (got <secret>)',
  },
  {
    name: 'an unknown format',
    yaml: hook('url: https://h.example/hunter2, format: »slak'),
    says: 'channels.hook.format: must be standard, slack, discord or teams; did you mean "slack"? (got "slak")',
  },
  {
    name: 'a header that breaks the line',
    yaml: hook('url: https://h.example/hunter2, headers: { x-key: »"hunter2\\r\\nhost: evil" }'),
    says: 'channels.hook.headers.x-key: must be visible ASCII characters on one line (got <secret>)',
  },
  {
    name: 'a header of our own',
    yaml: hook('url: https://h.example/hunter2, headers: { »Webhook-Id: hunter2 }'),
    says: 'channels.hook.headers.Webhook-Id: is a header that Tidemark sets itself (got "Webhook-Id")',
  },
  {
    name: 'a header twice',
    yaml: hook('url: https://h.example/hunter2, headers: { x-key: hunter2, »X-Key: hunter2 }'),
    says: 'channels.hook.headers.X-Key: is there twice; header names know no upper and lower case (got "X-Key")',
  },
  {
    name: 'a header with a blank',
    yaml: hook('url: https://h.example/hunter2, headers: { »"x key": hunter2 }'),
    says: 'channels.hook.headers.<secret>: must be the name of an HTTP header (got <secret>)',
  },
  {
    name: 'a flag in words',
    yaml: hook('url: https://h.example/hunter2, allow_private: »yes'),
    says: 'channels.hook.allow_private: must be true or false (got "yes")',
  },
];

const signing = (secret: string, problem: string): Row => ({
  name: `the webhook secret "${secret}"`,
  yaml: hook(`url: https://h.example/hunter2, secret: »"${secret}"`),
  says: `channels.hook.secret: ${problem} (got <secret>)`,
});

const SECRET_KEYS: Row[] = [
  signing('', 'must not be empty'),
  signing('whsec_', 'is empty'),
  signing('whsec_%', 'is not base64 after whsec_'),
  signing('whsec_wronglength', 'holds 8 bytes; it must be 24 to 64'),
  signing(
    `v1,whsec_${KEY_OF_24}`,
    'starts with "v1,": leave that out, a secret is whsec_ and base64',
  ),
  signing(`hwsec_${KEY_OF_24}`, 'must start with whsec_'),
  signing(KEY_OF_24, 'must start with whsec_'),
  signing(`whsec_${Buffer.alloc(23).toString('base64')}`, 'holds 23 bytes; it must be 24 to 64'),
  signing(`whsec_${Buffer.alloc(81).toString('base64')}`, 'holds 81 bytes; it must be 24 to 64'),
  {
    name: 'a second secret that is wrong',
    yaml: hook(`url: https://h.example/hunter2, secret: [whsec_${KEY_OF_24}, »hunter2]`),
    says: 'channels.hook.secret[1]: must start with whsec_ (got <secret>)',
  },
  {
    name: 'a list of no secrets',
    yaml: hook('url: https://h.example/hunter2, »secret: []'),
    says: 'channels.hook.secret: must hold at least one secret (got <secret>)',
  },
  {
    name: 'one secret twice',
    yaml: hook(`url: https://h.example/hunter2, secret: [whsec_${KEY_OF_24}, »whsec_${KEY_OF_24}]`),
    says: 'channels.hook.secret[1]: is in the list twice (got <secret>)',
  },
];

const RULE_KEYS: Row[] = [
  {
    name: 'a rule without condition',
    yaml: [...LEAST, 'rules: { »up: { for: 2 } }'],
    says: 'rules.up.when: is required (got nothing)',
  },
  {
    name: 'an empty condition',
    yaml: [...LEAST, 'rules: { up: { when: »"" } }'],
    says: 'rules.up.when: must not be empty (got "")',
  },
  {
    name: 'a condition that does not compile',
    yaml: [...LEAST, 'rules: { up: { when: »rnk <= 10 } }'],
    checkExpression: (sql) => `unknown column rnk, did you mean rank?\n    ${sql}\n    ^`,
    says: 'rules.up.when: unknown column rnk, did you mean rank? (got "rnk <= 10")\n    rnk <= 10\n    ^',
  },
  {
    name: 'a clear that does not compile',
    yaml: rule('clear: »rnk > 10'),
    checkExpression: (sql) => (sql.includes('rnk') ? 'unknown column rnk' : null),
    says: 'rules.up.clear: unknown column rnk (got "rnk > 10")',
  },
  {
    name: 'a condition from the environment',
    yaml: [...LEAST, 'rules: { up: { when: »"${WHEN}" } }'],
    env: { WHEN: 'hunter2' },
    checkExpression: (sql) => `unknown column ${sql}\n    ${sql}\n    ^`,
    says: 'rules.up.when: is not a condition (got <secret>)',
  },
  {
    name: 'an unknown watch',
    yaml: rule('watches: [»uss]'),
    says: 'rules.up.watches[0]: is not the name of a watch; did you mean "us"? (got "uss")',
  },
  {
    name: 'no watches',
    yaml: rule('»watches: []'),
    says: 'rules.up.watches: must name at least one; leave it out for all watches (got a list)',
  },
  {
    name: 'an unknown channel',
    yaml: rule('notify: [»team]'),
    says: 'rules.up.notify[0]: is not the name of a channel (got "team")',
  },
  {
    name: 'a webhook URL for a channel name',
    yaml: rule('notify: [»https://hooks.example/hunter2]'),
    says: 'rules.up.notify[0]: is not the name of a channel (got <secret>)',
  },
  {
    name: 'a channel without list',
    yaml: rule('notify: »team'),
    says: 'rules.up.notify: must be a list of channels (got "team")',
  },
  {
    name: 'a cooldown without unit',
    yaml: rule('cooldown: »3'),
    says: 'rules.up.cooldown: must be a duration such as 45s, 36h or 7d (got 3)',
  },
  {
    name: 'a cooldown of nothing',
    yaml: rule('cooldown: »0d'),
    says: 'rules.up.cooldown: must be longer than nothing (got "0d")',
  },
  {
    name: 'a cooldown of ages',
    yaml: rule('cooldown: »9999999d'),
    says: 'rules.up.cooldown: must be at most 3650d (got "9999999d")',
  },
  {
    name: 'a repeat that is neither',
    yaml: rule('repeat: »always'),
    says: 'rules.up.repeat: must be never, or a duration such as 45s, 36h or 7d (got "always")',
  },
  {
    name: 'a comparison by weeks',
    yaml: rule('compare: »2w'),
    says: 'rules.up.compare: must be previous, or a whole number of hours or days such as 36h or 7d (got "2w")',
  },
  {
    name: 'a comparison with itself',
    yaml: rule('compare: »0d'),
    says: 'rules.up.compare: must be previous, or a whole number of hours or days such as 36h or 7d (got "0d")',
  },
  {
    name: 'a comparison by half days',
    yaml: rule('compare: »1.5d'),
    says: 'rules.up.compare: must be previous, or a whole number of hours or days such as 36h or 7d (got "1.5d")',
  },
  {
    name: 'for 0 slots',
    yaml: rule('for: »0'),
    says: 'rules.up.for: must be a whole number from 1 to 1000 (got 0)',
  },
  {
    name: 'an unknown severity',
    yaml: rule('severity: »warn'),
    says: 'rules.up.severity: must be info, warning or critical; did you mean "warning"? (got "warn")',
  },
  {
    name: 'resolved by YAML 1.1',
    yaml: rule('resolved: »on'),
    says: 'rules.up.resolved: must be true or false (got "on")',
  },
  {
    name: 'an unknown first step',
    yaml: rule('on_first: »tell'),
    says: 'rules.up.on_first: must be adopt or notify (got "tell")',
  },
];

const DIGEST_KEYS: Row[] = [
  {
    name: 'a digest without schedule',
    yaml: [...LEAST, 'digests: { »weekly: { top: 5 } }'],
    says: 'digests.weekly.schedule: is required (got nothing)',
  },
  {
    name: 'a digest of another length',
    yaml: digest('schedule: "0 8 * * 1", detail: »long'),
    says: 'digests.weekly.detail: must be short or full (got "long")',
  },
  {
    name: 'a digest of nothing',
    yaml: digest('schedule: "0 8 * * 1", top: »0'),
    says: 'digests.weekly.top: must be a whole number from 1 to 100 (got 0)',
  },
  {
    name: 'a digest that does neither',
    yaml: digest('schedule: "0 8 * * 1", when_quiet: »skp'),
    says: 'digests.weekly.when_quiet: must be send or skip; did you mean "skip"? (got "skp")',
  },
  {
    name: 'a language that is none',
    yaml: [...LEAST, 'locale: »klingonish'],
    says: 'locale: must be a language tag (BCP 47), such as en, en-GB or de (got "klingonish")',
  },
  {
    name: 'a locale as POSIX writes it',
    yaml: [...LEAST, 'locale: »en_GB'],
    says: 'locale: must be a language tag (BCP 47), such as en, en-GB or de; did you mean "en-GB"? (got "en_GB")',
  },
  {
    name: 'a digest of an unknown watch',
    yaml: digest('schedule: "0 8 * * 1", watches: [»eu]'),
    says: 'digests.weekly.watches[0]: is not the name of a watch (got "eu")',
  },
  {
    name: 'observations thinned in another way',
    yaml: [...LEAST, 'retention: { observations: { all: 90d, then: »monthly } }'],
    says: 'retention.observations.then: must be weekly or lake (got "monthly")',
  },
  {
    name: 'history that is to go into a lake that there is not',
    yaml: [...LEAST, 'retention: { observations: { all: 90d, then: »lake } }'],
    says: 'retention.observations.then: needs a lake that holds the history: lake: { to: ./lake } (got "lake")',
  },
  {
    name: 'history that is to go into a lake without history',
    yaml: [
      ...LEAST,
      'lake: { to: ./lake, views: [changes] }',
      'retention: { observations: { all: 90d, then: »lake } }',
    ],
    says: 'retention.observations.then: needs history among lake.views: the lake would not hold it (got "lake")',
  },
  {
    name: 'a database that keeps less than a month before the lake',
    yaml: [
      ...LEAST,
      'lake: { to: ./lake }',
      'retention: { observations: { all: »34d, then: lake } }',
    ],
    says: 'retention.observations.all: must be at least 35d before the lake: changes of 30 days look back so far (got "34d")',
  },
  {
    name: 'a rule that compares with what is in the lake alone',
    yaml: [
      ...LEAST,
      'lake: { to: ./lake }',
      'rules: { yearly: { when: rank_gain > 9, compare: 365d } }',
      'retention: { observations: { all: »364d, then: lake } }',
    ],
    says: 'retention.observations.all: must be at least 365d, as long ago as yearly compares with: older lists are in the lake alone (got "364d")',
  },
  {
    name: 'a ledger that forgets the day',
    yaml: [...LEAST, 'retention: { ledger: »36h }'],
    says: 'retention.ledger: must be at least 2d: daily_credits counts the requests of the day (got "36h")',
  },
  {
    name: 'a ledger without a unit',
    yaml: [...LEAST, 'retention: { ledger: »400 }'],
    says: 'retention.ledger: must be a duration such as 45s, 36h or 7d (got 400)',
  },
  {
    name: 'retention in words',
    yaml: [...LEAST, 'retention: { raw_pages: »forever }'],
    says: 'retention.raw_pages: must be a duration such as 45s, 36h or 7d (got "forever")',
  },
  {
    name: 'backups into what is neither a folder nor a bucket',
    yaml: [...LEAST, 'backup: { schedule: "0 3 * * *", to: »"ftp://example.com/x" }'],
    says: 'backup.to: must be a folder, or s3://bucket or s3://bucket/prefix (got <secret>)',
  },
  {
    name: 'a bucket without its key',
    yaml: [
      ...LEAST,
      'backup: { schedule: "0 3 * * *", to: "s3://bucket/x", secret_access_key: abc, »access_key_id: }',
    ],
    says: 'backup.access_key_id: is required: backup.to is an S3-compatible store (got nothing)',
  },
  {
    name: 'a key for a folder',
    yaml: [...LEAST, 'backup: { schedule: "0 3 * * *", to: ./b, access_key_id: »abc }'],
    says: 'backup.access_key_id: is for s3:// alone: backup.to is a folder (got "abc")',
  },
  {
    name: 'a heart that beats too fast',
    yaml: [...LEAST, 'heartbeat: { url: "https://example.com/x", every: »5s }'],
    says: 'heartbeat.every: must be at least 30s (got "5s")',
  },
  {
    name: 'an address to listen on without a port',
    yaml: [...LEAST, 'web: { ops_listen: »127.0.0.1 }'],
    says: 'web.ops_listen: must be an address and a port such as 127.0.0.1:9464 or [::1]:9464, or a port alone (got "127.0.0.1")',
  },
  {
    name: 'an address to listen on that is none',
    yaml: [...LEAST, 'web: { ops_listen: »"127.0.0.256:9464" }'],
    says: 'web.ops_listen: must be an address and a port such as 127.0.0.1:9464 or [::1]:9464, or a port alone (got "127.0.0.256:9464")',
  },
];

const ENVIRONMENT_AND_FILES: Row[] = [
  {
    name: 'an unset variable',
    yaml: ['source: { token: »${KEYAPI_TOKEN} }', LEAST[1] ?? ''],
    says: 'source.token: needs the environment variable KEYAPI_TOKEN, which is not set (got nothing)',
  },
  {
    name: 'an unset variable in the middle of a text',
    yaml: hook('url: »"https://${HOST}/x"'),
    says: 'channels.hook.url: needs the environment variable HOST, which is not set (got nothing)',
  },
  {
    name: 'several unset variables in one text',
    yaml: hook('url: »"https://${HOST}/${PATH_ONE}/${HOST}"'),
    says: 'channels.hook.url: needs the environment variables HOST, PATH_ONE, which are not set (got nothing)',
  },
  {
    name: 'a variable that is empty',
    yaml: ['source: { token: »${KEYAPI_TOKEN} }', LEAST[1] ?? ''],
    env: { KEYAPI_TOKEN: '' },
    says: 'source.token: must not be empty (got <secret>)',
  },
  {
    name: 'a default value as in shells',
    yaml: watch('depth: »"${DEPTH:-5}"'),
    says: 'watches.us.depth: has a ${…} that does not name an environment variable; write ${NAME}, or $${ for a plain ${ (got "${DEPTH:-5}")',
  },
  {
    name: 'a number from the environment that is none',
    yaml: watch('depth: »${DEPTH}'),
    env: { DEPTH: 'hunter2' },
    says: 'watches.us.depth: must be a whole number from 1 to 10000 (got <secret>)',
  },
  {
    name: 'a number from the environment out of range',
    yaml: watch('depth: »${DEPTH}'),
    env: { DEPTH: '20001' },
    says: 'watches.us.depth: must be a whole number from 1 to 10000 (got <secret>)',
  },
  {
    name: 'a variable that looks like YAML',
    yaml: watch('keyword: kw, category: »${ID}'),
    env: { ID: '{ a: hunter2 }' },
    says: 'watches.us.category: must be a category id of digits (got <secret>)',
  },
  {
    name: 'a value from the environment that nearly fits',
    yaml: hook('url: https://h.example/hunter2, format: »${FORMAT}'),
    env: { FORMAT: 'slak' },
    says: 'channels.hook.format: must be standard, slack, discord or teams (got <secret>)',
  },
  {
    name: 'token and token_file',
    yaml: ['source: { token: sk_live_hunter2, token_file: »./token }', LEAST[1] ?? ''],
    files: { '/etc/tidemark/token': 'sk_live_hunter2' },
    says: 'source.token_file: cannot be given together with token; keep one (got "./token")',
  },
  {
    name: 'a token file that is not there',
    yaml: ['source: { token_file: »./token }', LEAST[1] ?? ''],
    says: 'source.token_file: names a file that does not exist (got "./token")',
  },
  {
    name: 'a token file that is empty',
    yaml: ['source: { token_file: »./token }', LEAST[1] ?? ''],
    files: { '/etc/tidemark/token': '\n' },
    says: 'source.token_file: names a file that is empty (got "./token")',
  },
  {
    name: 'a token file of two lines',
    yaml: ['source: { token_file: »./token }', LEAST[1] ?? ''],
    files: { '/etc/tidemark/token': 'hunter2\nhunter2\n' },
    says: 'source.token_file: names a file whose content must be one word of visible ASCII characters (got "./token")',
  },
  {
    name: 'a URL file that holds no URL',
    yaml: hook('url_file: »/run/hook'),
    files: { '/run/hook': 'hunter2' },
    says: 'channels.hook.url_file: names a file whose content must be an http:// or https:// URL (got "/run/hook")',
  },
  {
    name: 'a secret file that holds no secret',
    yaml: hook('url: https://h.example/hunter2, secret_file: »/run/key'),
    files: { '/run/key': 'hunter2' },
    says: 'channels.hook.secret_file: names a file whose content must start with whsec_ (got "/run/key")',
  },
  {
    name: 'a path that is no text',
    yaml: ['source: { token_file: »7 }', LEAST[1] ?? ''],
    says: 'source.token_file: must be text; put it in quotes (got 7)',
  },
  {
    name: 'a password file for nobody',
    yaml: smtp('url: smtp://h, password_file: »/run/pw, from: a@example.com'),
    files: { '/run/pw': 'hunter2' },
    says: 'smtp.password_file: needs a user name in url: smtp://user@host:port (got "/run/pw")',
  },
];

const ROWS = {
  THE_FILE,
  KEYS,
  SOURCE_KEYS,
  WATCH_KEYS,
  SMTP_KEYS,
  CHANNEL_KEYS,
  SECRET_KEYS,
  RULE_KEYS,
  DIGEST_KEYS,
  ENVIRONMENT_AND_FILES,
};

describe.each(Object.entries(ROWS))('%s', (_, rows) => {
  test.each(rows)('$name is refused with its place and reason', (row) => {
    const { yamlCase, expected } = unmark(row);
    expect(problemsOf(yamlCase)).toEqual(expected);
  });
});

test('no secret, no value of the environment and no content of a file is in any message', () => {
  for (const row of Object.values(ROWS).flat()) {
    const printed = problemsOf(unmark(row).yamlCase).join('\n');
    const hidden = [
      'hunter2',
      KEY_OF_24,
      ...Object.values(row.env ?? {}),
      ...Object.values(row.files ?? {}),
    ]
      .map((text) => text?.toString().trim() ?? '')
      .filter((text) => text !== '');
    for (const secret of hidden) expect(printed, row.name).not.toContain(secret);
  }
});

test('no slip of one character makes a secret appear, or anything but problems', () => {
  const yaml = [
    'source:',
    '  token: sk_live_hunter2',
    'watches: { us: { region: US, schedule: "0 6 * * *" } }',
    'smtp: { url: "smtp://u:hunter2@h.example:25", from: a@example.com }',
    'channels:',
    `  hook: { type: webhook, url: https://h.example/hunter2, secret: [whsec_${KEY_OF_24}] }`,
    '  chat:',
    '    type: webhook',
    '    url: https://h.example/hunter2',
    '    headers: { authorization: Bearer hunter2 }',
  ].join('\n');
  const slip = fc.tuple(
    fc.nat(yaml.length),
    fc.constantFrom('', ...' :"\'{}[],#&*!|>-\n\t$'),
    fc.nat(1),
  );
  fc.assert(
    fc.property(slip, ([at, inserted, removed]) => {
      const printed = problemsOf({
        yaml: yaml.slice(0, at) + inserted + yaml.slice(at + removed),
      }).join('\n');
      expect(printed).not.toContain('hunter2');
      expect(printed).not.toContain(KEY_OF_24);
    }),
    { numRuns: 400, seed: 20_261_123 },
  );
});

test('all problems are told at once, in the order of the file', () => {
  const yaml = [
    'timezone: Mars/Phobos',
    'source:',
    '  token: ${KEYAPI_TOKEN}',
    '  page_size: 50',
    'watches:',
    '  us:',
    '    region: usa',
    '    schedul: "0 6 * * *"',
    'channels:',
    '  team: { type: email, to: [ana] }',
    'rules:',
    '  up: { when: rnk < 5, watches: [su], notify: [taem] }',
  ];
  expect(
    problemsOf({ yaml, checkExpression: () => 'unknown column rnk' }).map(
      (line) => line.split(': ')[0],
    ),
  ).toEqual([
    '1:11 timezone',
    '3:10 source.token',
    '4:14 source.page_size',
    '6:3 watches.us.schedule',
    '7:13 watches.us.region',
    '8:5 watches.us.schedul',
    '10:17 channels.team.type',
    '10:29 channels.team.to[0]',
    '12:15 rules.up.when',
    '12:34 rules.up.watches[0]',
    '12:48 rules.up.notify[0]',
  ]);
});
