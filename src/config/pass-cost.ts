// What a pass costs: pages, and credits for each request.
import type { ListKind } from '../list/list-kind.ts';
import type { SourceConfig } from './config.ts';

/** Requests that so many ranks need without retries: at least one. */
export const pagesFor = (ranks: number, pageSize: number): number =>
  Math.max(1, Math.ceil(ranks / pageSize));

/** What one request of a list asks for, and costs. */
export type RequestCost = { pageSize: number; creditsPerRequest: number };

/**
 * What a request of a list costs and brings: as the list declares it, or else as the source is
 * configured.
 */
export const costOf = (source: SourceConfig, { request }: ListKind): RequestCost =>
  request === null
    ? source
    : { pageSize: request.pages.size, creditsPerRequest: request.creditsPerRequest };

/** Credits that so many requests cost. */
export const creditsFor = (
  requests: number,
  { creditsPerRequest }: Pick<RequestCost, 'creditsPerRequest'>,
): number => requests * creditsPerRequest;
