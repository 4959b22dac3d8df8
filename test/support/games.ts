// A list that no part of the program knows of: other parameters, metrics and z-scores than those of top-products.
import type { Period } from '../../src/list/dated.ts';
import type { ListKind, Metric, Parameter } from '../../src/list/list-kind.ts';

const metric = (given: Pick<Metric, 'column' | 'kind'> & Partial<Metric>): Metric => ({
  path: [given.column],
  currency: given.kind === 'money' ? 'unknown' : null,
  signed: false,
  window: 'now',
  significant: null,
  zeroMayMeanUnknown: false,
  label: given.column.replaceAll('_', ' '),
  description: `The ${given.column} of a game`,
  scored: false,
  headline: null,
  ...given,
});

const parameter = (
  given: Pick<Parameter, 'key' | 'values' | 'fallback'>,
  inChanges: boolean,
): Parameter => ({
  description: `The ${given.key} asked for.`,
  doubt: () => null,
  write: (value) => `${given.key} ${value}`,
  column: { description: `${given.key} of the watch`, inChanges },
  ...given,
});

const anyText = { kind: 'text', check: () => null } as const;

export const GAMES: ListKind = {
  name: 'most-played',
  title: 'Most played',
  seriesSource: 'arcade.most-played',
  row: { one: 'game', many: 'games' },
  identity: { id: ['id'], name: ['title'], groups: [['genre']], noGroup: [] },
  rank: null,
  echo: [],
  request: null,
  dated: null,
  link: null,
  parameters: [
    parameter({ key: 'platform', values: anyText, fallback: undefined }, true),
    parameter({ key: 'days', values: { kind: 'whole', from: 1, to: 30 }, fallback: 1 }, true),
    parameter({ key: 'genre', values: anyText, fallback: null }, false),
  ],
  metrics: [
    metric({ column: 'players', kind: 'count' }),
    metric({
      column: 'hours',
      kind: 'number',
      scored: true,
      headline: { title: 'Hours', tinyBase: 10, moreIsGood: true },
    }),
    metric({ column: 'price', kind: 'money' }),
    metric({ column: 'reviews', kind: 'count', scored: true }),
    metric({ column: 'praise', kind: 'percent' }),
  ],
  orderedBy: null,
  level: 'players',
  hashedInOrder: [],
  shown: [{ column: 'players', head: 'players', drop: null }],
  table: 'most_played_observations',
  viewPrefix: 'most_played_',
  keyedInOrder: null,
  windowParameter: 'days',
};

const gamesOf = (period: Period): ListKind => ({
  ...GAMES,
  name: `most-played-of-a-${period}`,
  seriesSource: `arcade.most-played-of-a-${period}`,
  dated: { by: null, period, lagMs: 0, since: null },
  table: `most_played_of_a_${period}_observations`,
  viewPrefix: `most_played_of_a_${period}_`,
});

/** The same, of a day: known on the day after, and asked for once. */
export const GAMES_OF_A_DAY = gamesOf('day');

/** The same, of a week and of a month. */
export const GAMES_OF_A_WEEK = gamesOf('week');
export const GAMES_OF_A_MONTH = gamesOf('month');

/** A value for each of its parameters. */
export const GAMES_ASKED = { platform: 'pc', days: 1, genre: null };
