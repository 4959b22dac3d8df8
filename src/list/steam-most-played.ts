// Steam's most played games: no account, one page, ranks that the rows say themselves.
import { declareList, declareMetric, declareRequest } from './declare.ts';
import type { ListKind } from './list-kind.ts';

/** The games that most people play at once. Steam gives ids only: they are the names too. */
export const MOST_PLAYED_GAMES: ListKind = declareList({
  name: 'most-played-games',
  title: 'Most played games',
  seriesSource: 'steam.most-played-games',
  row: { one: 'game', many: 'games' },
  identity: { id: ['appid'], name: null },
  rank: ['rank'],
  parameters: [],
  metrics: [
    declareMetric({
      column: 'players',
      path: ['peak_in_game'],
      kind: 'count',
      label: 'players',
      description: 'Most players at once on the day',
      scored: true,
      headline: { title: 'Players', tinyBase: 1_000, moreIsGood: true },
    }),
  ],
  shown: [
    { column: 'players', head: 'players', drop: null },
    { column: 'players_pct', head: '±%', drop: null },
  ],
  mostRanks: 100,
  link: 'https://store.steampowered.com/app/{id}',
  request: declareRequest({
    url: '/ISteamChartsService/GetMostPlayedGames/v1/',
    pages: { by: 'none', size: 100, most: 1 },
    rows: ['response', 'ranks'],
  }),
});

/** Steam's charts, by `preset: steam-most-played`. */
export const STEAM_MOST_PLAYED = {
  baseUrl: 'https://api.steampowered.com',
  lists: [MOST_PLAYED_GAMES],
};
