import * as z from 'zod';
import type { ListKind } from '../../list/list-kind.ts';
import { PRESETS, presetOf } from '../../list/presets.ts';
import type { Auth, SourceConfig } from '../config.ts';
import { baseUrlProblem, headerNameProblem, tokenProblem } from '../formats.ts';
import type { Path, Problem } from '../problem.ts';
import { isMapping, type Mapping } from '../raw.ts';
import { secret } from '../secret-mark.ts';
import { file, flagOr, named, oneOf, section, text } from '../sections/values.ts';
import { originOf } from './declared/formats.ts';
import { listKeys } from './declared/keys.ts';
import { brokenLists, checkLists, declaredLists } from './declared/lists.ts';
import {
  builtPace,
  optionalSecret,
  paceKeys,
  sourceKind,
  type FileContents,
} from './source-config.ts';

const asSecret = (description: string) =>
  secret(text(tokenProblem).optional().describe(description), {
    checkFile: tokenProblem,
    standIn: 'spared',
  });

const keys = section({
  type: z.literal('http').describe('Lists that are declared: JSON over HTTP.'),
  preset: oneOf(...(Object.keys(PRESETS) as [string, ...string[]]))
    .optional()
    .describe('A declaration that Tidemark ships. This, or lists, is required.'),
  lists: named(listKeys).optional().describe('Lists that you declare, by name.'),
  base_url: text(baseUrlProblem)
    .nullable()
    .default(null)
    .describe('Address below which it is asked; null: that of the preset.')
    .meta({ format: 'uri' }),
  username: text().optional().describe('User name of HTTP Basic; needs a password.'),
  password: asSecret('Password of HTTP Basic.'),
  password_file: file().optional().describe('File that holds the password.'),
  token: asSecret(
    'Token, sent as a bearer token unless token_header or token_parameter says where.',
  ),
  token_file: file().optional().describe('File that holds the token.'),
  token_header: text(headerNameProblem)
    .optional()
    .describe('Header that carries the token, such as X-API-Key.'),
  token_parameter: text()
    .optional()
    .describe('Parameter of the address that carries the token; kept out of logs.'),
  ...paceKeys(1, null),
  allow_private: flagOr(false).describe('Allow loopback, private and link-local addresses.'),
});

/** What keys need of each other. */
const check = (thing: Mapping, path: Path): Problem[] => [
  ...checkCredentials(thing, path),
  ...checkServed(thing, path),
  ...checkLists(thing, path),
];

/** A source has a preset, or lists of its own, and each list an address. */
function checkServed(thing: Mapping, path: Path): Problem[] {
  const { preset = null, lists = null, base_url: base = null } = thing;
  if (preset === null && lists === null)
    return [{ path: [...path, 'preset'], text: 'is required: give preset, or lists of your own' }];
  if (preset !== null && lists !== null)
    return [{ path: [...path, 'lists'], text: 'cannot be given together with preset; keep one' }];
  if (isMapping(lists) && Object.keys(lists).length === 0)
    return [{ path: [...path, 'lists'], text: 'must hold at least one list' }];
  const hasCredentials = ['token', 'token_file', 'username'].some(
    (key) => (thing[key] ?? null) !== null,
  );
  return declaredLists(thing).flatMap(({ name, request }) => {
    const at = [...path, 'lists', name, 'request', 'url'];
    const origin = originOf(request?.url ?? '');
    if (origin === null)
      return base === null
        ? [{ path: at, text: 'is below base_url, which the source has not; give it one' }]
        : [];
    const isElsewhere = typeof base !== 'string' || originOf(base) !== origin;
    return hasCredentials && isElsewhere
      ? [
          {
            path: at,
            text: 'is of another host than base_url, and credentials go there alone; use a path, or another source',
          },
        ]
      : [];
  });
}

function checkCredentials(thing: Mapping, path: Path): Problem[] {
  const has = (key: string) => [key, `${key}_file`].some((name) => (thing[name] ?? null) !== null);
  const problem = (key: string, says: string): Problem => ({ path: [...path, key], text: says });
  return [
    ...(has('username') && !has('password') ? [problem('username', 'needs a password')] : []),
    ...(has('password') && !has('username') ? [problem('password', 'needs a username')] : []),
    ...(has('token') && has('username')
      ? [problem('username', 'cannot be given together with token; keep one')]
      : []),
    ...['token_header', 'token_parameter']
      .filter((key) => has(key) && !has('token'))
      .map((key) => problem(key, 'needs a token')),
    ...(has('token_header') && has('token_parameter')
      ? [problem('token_parameter', 'cannot be given together with token_header; keep one')]
      : []),
  ];
}

function authOf(given: z.output<typeof keys>, files: FileContents): Auth {
  const password = optionalSecret('password', given.password, files);
  const token = optionalSecret('token', given.token, files);
  if (password !== null && given.username !== undefined)
    return { kind: 'basic', username: given.username, password };
  if (token === null) return { kind: 'none' };
  if (given.token_header !== undefined)
    return { kind: 'header', name: given.token_header.toLowerCase(), token };
  return given.token_parameter === undefined
    ? { kind: 'bearer', token }
    : { kind: 'query', name: given.token_parameter, token };
}

const listsOf = (thing: Mapping): readonly ListKind[] => [
  ...(presetOf(thing.preset)?.lists ?? []),
  ...declaredLists(thing),
];

/** Lists that a preset declares, or the config. */
export const http = sourceKind({
  keys,
  lists: listsOf,
  broken: brokenLists,
  check,
  build(name, given, files): SourceConfig {
    const preset = presetOf(given.preset);
    return {
      name,
      place: `sources.${name}`,
      kind: 'http',
      lists: preset?.lists ?? [],
      baseUrl: (given.base_url ?? preset?.baseUrl ?? '').replace(/\/+$/, ''),
      auth: authOf(given, files),
      allowPrivate: given.allow_private,
      pageSize: 1,
      creditsPerRequest: 0,
      ...builtPace(given),
    };
  },
});
