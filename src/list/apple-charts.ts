// Apple's charts: no account, one page, no figures but the rank.
import { declareList, declareParameter, declareRequest } from './declare.ts';
import type { ListKind } from './list-kind.ts';

const COUNTRY = /^[a-z]{2}$/;

const country = declareParameter({
  key: 'country',
  description: 'Country of the shop as two small letters (ISO 3166-1 alpha-2).',
  values: {
    kind: 'text',
    check: (text) => (COUNTRY.test(text) ? null : 'must be two small letters (ISO 3166-1)'),
    pattern: COUNTRY,
    examples: ['us', 'gb', 'de'],
    suggest: (text) => (COUNTRY.test(text.toLowerCase()) ? text.toLowerCase() : undefined),
  },
  doubt: (code) => (code === 'uk' ? 'is no country code; the United Kingdom is gb' : null),
  write: (code) => `${code}`.toUpperCase(),
});

type Chart = Pick<ListKind, 'name' | 'title' | 'row'> & { path: string };

/** Charts are always asked for whole: a chart of 50 is not the first half of one of 100. */
const MOST = 100;

const chart = ({ name, title, row, path }: Chart): ListKind =>
  declareList({
    name,
    title,
    seriesSource: `apple.${name}`,
    row,
    identity: { id: ['id'], name: ['name'], groups: [['artistName'], ['genres', '0', 'name']] },
    parameters: [country],
    metrics: [],
    shown: [],
    mostRanks: MOST,
    link: null,
    request: declareRequest({
      url: `/api/v2/{country}/${path}`,
      pages: { by: 'none', size: MOST, most: 1 },
      rows: ['feed', 'results'],
    }),
  });

/** The free apps that are loaded most in a country. */
export const TOP_FREE_APPS = chart({
  name: 'top-free-apps',
  title: 'Top free apps',
  row: { one: 'app', many: 'apps' },
  path: `apps/top-free/${MOST}/apps.json`,
});

/** The paid apps that are bought most in a country. */
export const TOP_PAID_APPS = chart({
  name: 'top-paid-apps',
  title: 'Top paid apps',
  row: { one: 'app', many: 'apps' },
  path: `apps/top-paid/${MOST}/apps.json`,
});

/** The songs that are played most in a country. */
export const MOST_PLAYED_SONGS = chart({
  name: 'most-played-songs',
  title: 'Most played songs',
  row: { one: 'song', many: 'songs' },
  path: `music/most-played/${MOST}/songs.json`,
});

/** The podcasts that are heard most in a country. */
export const TOP_PODCASTS = chart({
  name: 'top-podcasts',
  title: 'Top podcasts',
  row: { one: 'podcast', many: 'podcasts' },
  path: `podcasts/top/${MOST}/podcasts.json`,
});

/** Apple's charts, by `preset: apple-charts`. */
export const APPLE_CHARTS = {
  baseUrl: 'https://rss.marketingtools.apple.com',
  lists: [TOP_FREE_APPS, TOP_PAID_APPS, MOST_PLAYED_SONGS, TOP_PODCASTS],
};
