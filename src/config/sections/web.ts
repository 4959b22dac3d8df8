import * as z from 'zod';
import { headerNameProblem, listenProblem } from '../formats.ts';
import {
  addressRangeProblem,
  hostProblem,
  passwordHashProblem,
  publicUrlProblem,
} from '../web-formats.ts';
import { flagOr, must, section, text } from './values.ts';

/** An address to listen on; a port alone may stand without quotes. */
export const listenAddress = () =>
  z
    .preprocess((value) => (typeof value === 'number' ? String(value) : value), text(listenProblem))
    .meta({ examples: ['127.0.0.1:9464', '[::1]:9464', '9464'] });

/** Keys of `web.auth`. */
export const auth = section({
  password_hash: text(passwordHashProblem)
    .nullable()
    .default(null)
    .describe('Who knows this password may do all that the page can: `tidemark web password`.'),
  viewer_password_hash: text(passwordHashProblem)
    .nullable()
    .default(null)
    .describe('Who knows this one may look at everything, and change nothing.'),
  header: text(headerNameProblem)
    .nullable()
    .default(null)
    .describe(
      'A header with the name of whoever is logged in, such as Remote-User, which one of the trusted_proxies sets.',
    ),
  operators: z
    .array(text(), must('must be a list of names'))
    .default([])
    .describe('Names in that header that may change something; the others look.'),
  tokens: flagOr(true).describe(
    'Whether programs may come with a token: `tidemark web token add`.',
  ),
});

/** Keys of `web`. */
export const web = section({
  listen: listenAddress()
    .nullable()
    .default(null)
    .describe(
      'Where the page is served: address:port, or a port of 127.0.0.1; null: nowhere. Any address but loopback needs auth.',
    ),
  public_url: text(publicUrlProblem)
    .nullable()
    .default(null)
    .describe(
      'How people reach it: for links in messages, and behind a proxy, with any prefix. Default: the address it listens on.',
    )
    .meta({ examples: ['https://rank.example.com/tidemark'] }),
  hosts: z
    .array(text(hostProblem), must('must be a list of host names'))
    .default([])
    .describe('Further host names it answers to; others are refused.'),
  trusted_proxies: z
    .array(text(addressRangeProblem), must('must be a list of addresses'))
    .default([])
    .describe('Addresses of proxies whose X-Forwarded-For is believed.'),
  auth: auth
    .nullable()
    .default(null)
    .describe('Who may come in. null: whoever reaches it, which only loopback allows.'),
  viewers_may_query: flagOr(false).describe('Whether those who only look may also ask SQL.'),
  ops_listen: listenAddress()
    .nullable()
    .default(null)
    .describe(
      'Where /healthz, /readyz and /metrics are served: address:port, or a port of 127.0.0.1; null: nowhere. They need no password.',
    ),
});
