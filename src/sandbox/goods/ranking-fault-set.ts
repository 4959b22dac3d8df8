// Which faults act on a request for a ranking: its own, and those of the answer as a whole.
import type { Fault } from '../fault.ts';
import { REPLY_FAULTS } from '../reply-faults.ts';
import { RANKING_FAULTS, type RankingFault } from './ranking-faults.ts';

type Injected = {
  fault: string;
  /** The date of the list that is asked for. */
  day?: string;
  page?: number;
  region?: string;
  times?: number;
};

export type ActingRankingFault = {
  name: string;
  fault: RankingFault & Pick<Fault, 'reply'>;
};

/** What a request is told by; null where it has none. */
type Told = { page: number | null; region: string | null; date: string | null };

export type RankingFaultSet = { use(told: Told): readonly ActingRankingFault[] };

type OfReply = Pick<Fault, 'description' | 'scope' | 'times' | 'pages' | 'reply'>;
const OF_REPLIES: Readonly<Record<string, OfReply>> = REPLY_FAULTS;

const ALL: Readonly<Record<string, RankingFault & Pick<Fault, 'reply' | 'pages'>>> = {
  ...RANKING_FAULTS,
  ...OF_REPLIES,
};

/** A reply that begins to fail in the second half of a list begins with page 2 of a ranking. */
const LAST_PAGE = 2;

/** Those of these faults that can act on rankings; each is used up by `times` requests. */
export function rankingFaultSet(injected: readonly Injected[]): RankingFaultSet {
  const entries = injected.flatMap((wanted) => {
    const fault = ALL[wanted.fault];
    return fault === undefined
      ? []
      : [{ wanted, fault, left: wanted.times ?? fault.times ?? Infinity }];
  });
  const matches = (wanted: string | number | undefined, told: string | number | null) =>
    wanted === undefined || told === null || wanted === told;
  return {
    use: ({ page, region, date }) => {
      const acting = entries.filter(
        ({ wanted, fault, left }) =>
          left > 0 &&
          matches(wanted.page, page) &&
          (wanted.page !== undefined ||
            page === null ||
            (fault.pages?.(page, LAST_PAGE) ?? true)) &&
          matches(wanted.region, region) &&
          matches(wanted.day, date),
      );
      for (const entry of acting) entry.left--;
      return acting.map(({ wanted, fault }) => ({ name: wanted.fault, fault }));
    },
  };
}

/** The faults themselves, without their names. */
export const fits = (acting: readonly ActingRankingFault[]): RankingFault[] =>
  acting.map(({ fault }) => fault);
