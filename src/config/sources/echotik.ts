import * as z from 'zod';
import { ECHOTIK_LISTS } from '../../list/echotik.ts';
import { baseUrlProblem, tokenProblem } from '../formats.ts';
import { secret } from '../secret-mark.ts';
import { file, oneRequired, section, text } from '../sections/values.ts';
import { builtPace, paceKeys, requiredSecret, sourceKind } from './source-config.ts';

/** EchoTik's open API, at an account of its own. */
export const echotik = sourceKind({
  keys: section({
    type: z.literal('echotik').describe("EchoTik's open API."),
    base_url: text(baseUrlProblem)
      .default('https://open.echotik.live/api/v3')
      .describe('Address below which it is asked.')
      .meta({ format: 'uri' }),
    username: text().describe('User name of HTTP Basic.'),
    password: secret(
      text(tokenProblem)
        .optional()
        .describe('Password of HTTP Basic. This or password_file is required.'),
      { checkFile: tokenProblem, isRequired: true, standIn: 'spared' },
    ),
    password_file: file().optional().describe('File that holds the password.'),
    ...paceKeys(1, 500),
  }).meta({ oneOf: oneRequired('password', 'password_file') }),
  lists: () => ECHOTIK_LISTS,
  build: (name, given, files) => ({
    name,
    place: `sources.${name}`,
    kind: 'echotik',
    lists: ECHOTIK_LISTS,
    baseUrl: given.base_url.replace(/\/+$/, ''),
    auth: {
      kind: 'basic',
      username: given.username,
      password: requiredSecret('password', given.password, files),
    },
    // Its address is the user's own choice, and may be a simulated source on this machine.
    allowPrivate: true,
    pageSize: 10,
    creditsPerRequest: 1,
    ...builtPace(given),
  }),
});
