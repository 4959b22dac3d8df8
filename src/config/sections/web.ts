import * as z from 'zod';
import { listenProblem } from '../formats.ts';
import { section, text } from './values.ts';

/** An address to listen on; a port alone may stand without quotes. */
export const listenAddress = () =>
  z
    .preprocess((value) => (typeof value === 'number' ? String(value) : value), text(listenProblem))
    .meta({ examples: ['127.0.0.1:9464', '[::1]:9464', '9464'] });

/** Keys of `web`. */
export const web = section({
  ops_listen: listenAddress()
    .nullable()
    .default(null)
    .describe(
      'Where /healthz, /readyz and /metrics are served: address:port, or a port of 127.0.0.1; null: nowhere. They need no password.',
    ),
});
