import * as z from 'zod';
import { PRESETS, presetOf } from '../../list/presets.ts';
import type { Auth, SourceConfig } from '../config.ts';
import { baseUrlProblem, headerNameProblem, tokenProblem } from '../formats.ts';
import type { Path, Problem } from '../problem.ts';
import type { Mapping } from '../raw.ts';
import { secret } from '../secret-mark.ts';
import { file, flagOr, oneOf, section, text } from '../sections/values.ts';
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
  preset: oneOf(...(Object.keys(PRESETS) as [string, ...string[]])).describe(
    'A declaration that Tidemark ships.',
  ),
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

/** Keys of credentials that need each other. */
function check(thing: Mapping, path: Path): Problem[] {
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

/** A source whose lists a preset declares. */
export const http = sourceKind({
  keys,
  lists: ({ preset }) => presetOf(preset)?.lists ?? [],
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
