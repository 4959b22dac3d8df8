// What a pass costs: pages, and credits for each request.
import type { Config } from './config.ts';

/** Requests that so many ranks need without retries: at least one. */
export const pagesFor = (ranks: number, pageSize: number): number =>
  Math.max(1, Math.ceil(ranks / pageSize));

/** Credits that so many requests cost. */
export const creditsFor = (
  requests: number,
  { creditsPerRequest }: Pick<Config['source'], 'creditsPerRequest'>,
): number => requests * creditsPerRequest;
