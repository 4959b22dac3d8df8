// Every fault by name, and which of them act on a request.
import type { Fault } from './fault.ts';
import {
  RANKING_FAULTS,
  RANKING_FAULT_NAMES,
  type RankingFaultName,
} from './goods/ranking-faults.ts';
import { LIST_FAULTS } from './list-faults.ts';
import type { PageRequest } from './page-request.ts';
import { REPLY_FAULTS } from './reply-faults.ts';
import { ROW_FAULTS } from './row-faults.ts';

/** Of Top Products Insights; those of the answer as a whole act on every list. */
export type FaultName =
  keyof typeof REPLY_FAULTS | keyof typeof LIST_FAULTS | keyof typeof ROW_FAULTS;

/** All faults. Several on one request act in the order of this table. */
export const FAULTS: Readonly<Record<FaultName, Fault>> = {
  ...LIST_FAULTS,
  ...ROW_FAULTS,
  ...REPLY_FAULTS,
};

export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/** Of all lists. */
export type AnyFaultName = FaultName | RankingFaultName;

export const ALL_FAULT_NAMES: readonly AnyFaultName[] = [...FAULT_NAMES, ...RANKING_FAULT_NAMES];

/** What a fault does, in a sentence, and to what. */
export const describeFault = (name: AnyFaultName): Pick<Fault, 'description' | 'scope'> =>
  name in FAULTS ? FAULTS[name as FaultName] : RANKING_FAULTS[name as RankingFaultName];

/** A fault asked for, and the requests it is for; what is left out matches every request. */
export type InjectedFault = {
  fault: AnyFaultName;
  /** `YYYY-MM-DD`: the UTC day of the request; of a ranking of a date, that date. */
  day?: string;
  /** From 1; without it the fault's own choice of pages, mostly all. */
  page?: number;
  region?: string;
  /**
   * It acts on so many requests, and then no more; without it the fault's own number, mostly no
   * limit.
   */
  times?: number;
};

export type ActingFault = {
  name: FaultName;
  fault: Fault;
  /** The day it is for, or else the day it was set. */ since: string;
};

export type FaultSet = {
  /** The faults that act on a request. Each of them has then been used once more. */
  use(request: PageRequest, day: string, lastPage: number): readonly ActingFault[];
};

/** `setOn`: the UTC day on which these faults are set. */
export function faultSet(injected: readonly InjectedFault[], setOn: string): FaultSet {
  const entries = injected
    .flatMap((wanted) => {
      const name = FAULT_NAMES.find((known) => known === wanted.fault);
      if (name === undefined) return [];
      const fault = FAULTS[name];
      return [{ wanted, name, fault, left: wanted.times ?? fault.times ?? Infinity }];
    })
    .sort((a, b) => FAULT_NAMES.indexOf(a.name) - FAULT_NAMES.indexOf(b.name));

  return {
    use: (request, day, lastPage) => {
      const acting = entries.filter(({ wanted, fault, left }) => {
        const isItsPage =
          wanted.page === undefined
            ? (fault.pages?.(request.page, lastPage) ?? true)
            : wanted.page === request.page;
        return (
          left > 0 &&
          isItsPage &&
          (wanted.day ?? day) === day &&
          (wanted.region ?? request.region) === request.region
        );
      });
      for (const entry of acting) entry.left--;
      return acting.map(({ wanted, name, fault }) => ({
        name,
        fault,
        since: wanted.day ?? setOn,
      }));
    },
  };
}
