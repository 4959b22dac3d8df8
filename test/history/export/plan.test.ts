import { describe, expect, test } from 'vitest';
import type { LogFile } from '../../../src/history/export/log-state.ts';
import { makeAdd } from '../../../src/history/export/open-log.ts';
import { planPartition, type PlanInput } from '../../../src/history/export/plan.ts';
import type { DbUnit } from '../../../src/store/export/unit.ts';

const PARTITION = { list: 'l', watch: 'w', month: '2026-02' };
const slot = (day: number) => `2026-02-${String(day).padStart(2, '0')}T06:00:00.000Z`;
const unit = (day: number, digest = 'd', deps: number[] = []): DbUnit => ({
  id: day,
  key: slot(day),
  digest,
  deps: deps.map(slot),
});
const file = (path: string, units: DbUnit[]): LogFile => ({
  add: makeAdd(path, PARTITION, new Map(), '{}', 1, 0),
  path,
  partition: PARTITION,
  size: 1,
  units: new Map(units.map(({ key, digest, deps }) => [key, { digest, deps }])),
});
const plan = (units: DbUnit[], files: LogFile[], more: Partial<PlanInput> = {}) => {
  const { parts, kept } = planPartition({
    units,
    files,
    isHeld: (at) => units.some(({ key }) => key === at),
    isAsked: () => true,
    isAlert: false,
    isLost: false,
    full: false,
    ...more,
  });
  return {
    kept,
    from: parts?.map((part) => `${part.key.slice(8, 10)} ${'id' in part ? 'db' : part.path}`),
  };
};

describe('a month of an export', () => {
  test('that did not change stays as it is', () => {
    expect(plan([unit(1), unit(2)], [file('a', [unit(1), unit(2)])])).toEqual({ kept: 0 });
    expect(plan([], [])).toEqual({ kept: 0 });
  });

  test('is written whole when one snapshot is new, or differs', () => {
    const all = { kept: 0, from: ['01 db', '02 db'] };
    expect(plan([unit(1), unit(2)], [])).toEqual(all);
    expect(plan([unit(1), unit(2)], [file('a', [unit(1)])])).toEqual(all);
    expect(plan([unit(1), unit(2, 'e')], [file('a', [unit(1), unit(2)])])).toEqual(all);
    expect(plan([unit(1), unit(2)], [file('a', [unit(1), unit(2)])], { full: true })).toEqual(all);
  });

  test('keeps snapshots that the database has no more, and is not written for their sake', () => {
    expect(plan([unit(2)], [file('a', [unit(1), unit(2)])])).toEqual({ kept: 1 });
    expect(plan([], [file('a', [unit(1)])])).toEqual({ kept: 1 });
    expect(plan([unit(2), unit(3)], [file('a', [unit(1), unit(2)])])).toEqual({
      kept: 1,
      from: ['01 a', '02 db', '03 db'],
    });
    expect(plan([unit(2)], [file('a', [unit(1), unit(2)])], { full: true })).toEqual({
      kept: 1,
      from: ['01 a', '02 db'],
    });
  });

  test('keeps a comparison whose baseline is gone, and one that would be without', () => {
    const before = [file('a', [unit(7, 'd', [6]), unit(8, 'd', [7])])];
    expect(plan([unit(7, 'e', [5]), unit(8, 'd', [7])], before)).toEqual({ kept: 1 });
    expect(plan([unit(7, 'e'), unit(8, 'd', [7])], before, { isHeld: () => true })).toEqual({
      kept: 1,
    });
    // The baseline is there, and another snapshot serves now.
    expect(plan([unit(7, 'e', [5]), unit(8, 'd', [7])], before, { isHeld: () => true })).toEqual({
      kept: 0,
      from: ['07 db', '08 db'],
    });
    // One that had none gets one.
    expect(plan([unit(7, 'e', [6])], [file('a', [unit(7)])])).toEqual({ kept: 0, from: ['07 db'] });
  });

  test('loses a snapshot that the view does not show any more, but never an alert', () => {
    const held = { isHeld: () => true };
    expect(plan([unit(2)], [file('a', [unit(1), unit(2)])], held)).toEqual({
      kept: 0,
      from: ['02 db'],
    });
    expect(plan([unit(2)], [file('a', [unit(1), unit(2)])], { ...held, isAlert: true })).toEqual({
      kept: 1,
    });
    expect(plan([], [file('a', [unit(1)])], held)).toEqual({ kept: 0, from: [] });
  });

  test('becomes one file again, and forgets one that is gone', () => {
    expect(plan([unit(1), unit(2)], [file('a', [unit(1)]), file('b', [unit(2)])])).toEqual({
      kept: 0,
      from: ['01 db', '02 db'],
    });
    expect(plan([unit(1)], [file('a', [unit(1)])], { isLost: true })).toEqual({
      kept: 0,
      from: ['01 db'],
    });
    expect(plan([], [], { isLost: true })).toEqual({ kept: 0, from: [] });
  });

  test('is left alone where it is not asked for', () => {
    const asked = { isAsked: (at: string) => at >= slot(2), isHeld: () => true };
    expect(plan([unit(2), unit(3)], [file('a', [unit(1), unit(2)])], asked)).toEqual({
      kept: 0,
      from: ['01 a', '02 db', '03 db'],
    });
  });
});
