// Stops people who guess: after so many failures in a while, for each address and for all together.
import ipaddr from 'ipaddr.js';
import { MINUTE_MS, type Clock } from '../../lib/clock.ts';

const WINDOW_MS = 15 * MINUTE_MS;
const PER_ADDRESS = 5;
/** The limit for all addresses together: a crowd may guess together. */
const IN_ALL = 100;
/** How many addresses are remembered. */
const MOST = 10_000;
const ALL = '*';

export type LockOut = {
  /** How long until this address may try again, in milliseconds; 0: now. */
  waitMs(address: string): number;
  failed(address: string): void;
  /** Forgets the failures of an address that got in. */
  passed(address: string): void;
};

/**
 * Whoever has one address of IPv6 has a whole network of them, so these count together; an address
 * of IPv4 is the same in both forms.
 */
function keyOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6
    ? parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')
    : parsed.toString();
}

type Failures = { count: number; endMs: number };

/** Counts by the monotonic clock, so that a clock that is set back locks nobody out. */
export function lockOut(clock: Clock): LockOut {
  const known = new Map<string, Failures>();
  const find = (key: string): Failures => {
    const failures = known.get(key);
    if (failures !== undefined && failures.endMs > clock.monotonicMs()) return failures;
    return { count: 0, endMs: clock.monotonicMs() + WINDOW_MS };
  };
  const add = (key: string) => {
    const { count, endMs } = find(key);
    known.delete(key);
    known.set(key, { count: count + 1, endMs });
  };
  return {
    waitMs: (address) => {
      const held = [
        { failures: find(keyOf(address)), most: PER_ADDRESS },
        { failures: find(ALL), most: IN_ALL },
      ].filter(({ failures, most }) => failures.count >= most);
      return Math.max(0, ...held.map(({ failures }) => failures.endMs - clock.monotonicMs()));
    },
    failed: (address) => {
      add(keyOf(address));
      add(ALL);
      for (const key of known.keys()) {
        if (known.size <= MOST) break;
        if (key !== ALL) known.delete(key);
      }
    },
    passed: (address) => void known.delete(keyOf(address)),
  };
}
