// What a page loads besides itself: one style sheet, and the scripts. Each has its content in its
// address, so that browsers may keep it for ever.
import { createHash } from 'node:crypto';
import { SECOND_MS, DAY_MS } from '../lib/clock.ts';

export type Asset = { body: string; type: string; hash: string };
/** The document of the API. */
export const OPEN_API = 'openapi.json';

export type Assets = ReadonlyMap<string, Asset>;

const TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  json: 'application/json; charset=utf-8',
};

const YEAR_S = (365 * DAY_MS) / SECOND_MS;

/** How long browsers keep them: their content is in their address, so for ever. */
export const ASSET_CACHE = `public, max-age=${YEAR_S}, immutable`;

/** Assets by their names, from their contents. */
export const makeAssets = (contents: Readonly<Record<string, string>>): Assets =>
  new Map(
    Object.entries(contents).map(([name, body]) => [
      name,
      {
        body,
        type: TYPES[name.split('.').at(-1) ?? ''] ?? 'text/plain; charset=utf-8',
        hash: createHash('sha256').update(body).digest('hex').slice(0, 12),
      },
    ]),
  );

/** `/assets/page.css?v=…` */
export const assetPath = (assets: Assets, name: string): string =>
  `/assets/${name}?v=${assets.get(name)?.hash ?? ''}`;
