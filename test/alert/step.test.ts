import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/lib/clock.ts';
import {
  adopt,
  IDLE,
  isForgettable,
  step,
  type Answers,
  type Decision,
  type Timing,
} from '../../src/alert/step.ts';
import type { MachineState } from '../../src/model.ts';

const timing = (overrides: Partial<Timing> = {}): Timing => ({
  for: 1,
  clearFor: 1,
  cooldownMs: null,
  repeatMs: null,
  resolved: true,
  ...overrides,
});

/**
 * One answer a day, in a word: `T` true, `F` false and clear, `B` false and not clear (inside the band), `C` unknown but
 * clear, `N` unknown and not clear, `?` unknown; `/` before it: after a gap; `s` behind it: silenced;
 * `h` behind it: for a slot that was evaluated already, as when taken by hand.
 */
function answersOf(words: string): Answers[] {
  return words
    .trim()
    .split(/\s+/)
    .map((word, day): Answers => {
      const letter = word.replace(/[/sh]/g, '');
      const known: Record<string, Pick<Answers, 'when' | 'clear'>> = {
        T: { when: true, clear: false },
        F: { when: false, clear: true },
        B: { when: false, clear: false },
        C: { when: null, clear: true },
        N: { when: null, clear: false },
        '?': { when: null, clear: null },
      };
      return {
        slotAt: day * DAY_MS,
        when: null,
        clear: null,
        ...known[letter],
        isSilenced: word.endsWith('s'),
        isNewSlot: !word.endsWith('h'),
        isAfterGap: word.startsWith('/'),
      };
    });
}

const wordOf = (decision: Decision | null): string => {
  if (decision === null) return '.';
  if (decision.kind === 'quiet') return decision.reason;
  return decision.kind === 'resolved' && !decision.isTold ? 'resolved-quietly' : decision.kind;
};

/** Every decision, day by day. */
function run(options: Partial<Timing>, words: string, from: MachineState = IDLE): string {
  let state = from;
  return answersOf(words)
    .map((answers) => {
      const { next, decision } = step(timing(options), state, answers);
      state = next;
      return wordOf(decision);
    })
    .join(' ');
}

const DAYS = (count: number) => count * DAY_MS;

describe('the machine, day by day', () => {
  test.each<[name: string, options: Partial<Timing>, answers: string, decisions: string]>([
    ['fires on the step into true, once', {}, 'F T T T', '. fired . .'],
    ['fires at the very first answer when it is true', {}, 'T', 'fired'],
    [
      'resolves when it is no longer true, and fires anew',
      {},
      'T F F T F',
      'fired resolved . fired resolved',
    ],
    ['unknown neither fires nor resolves', {}, '? ? T ? ? F ? T', '. . fired . . resolved . fired'],

    ['`for` wants so many in a row', { for: 3 }, 'T T F T T T T', '. . . . . fired .'],
    [
      'unknown neither counts for `for` nor breaks it',
      { for: 3 },
      'T ? T ? ? T',
      '. . . . . fired',
    ],
    [
      'of several answers for one slot the first counts',
      { for: 3 },
      'T Th Th T T',
      '. . . . fired',
    ],
    ['one for a slot that had one already begins a row', { for: 2 }, 'F Th Th T', '. . . fired'],
    ['and ends one', { for: 2 }, 'T Fh T T', '. . . fired'],
    ['and fires where one is enough', {}, 'F Th', '. fired'],
    ['so it is with `clear_for`', { clearFor: 2 }, 'T F Fh F', 'fired . . resolved'],
    ['a gap breaks a row of `for`', { for: 2 }, 'T /T T', '. . fired'],
    [
      'a gap breaks it also when the answer after it is unknown',
      { for: 2 },
      'T /? T T',
      '. . . fired',
    ],
    ['a gap does not resolve what is open', {}, 'T /T /? /F', 'fired . . resolved'],
    ['a gap does not break a row of `clear_for`', { clearFor: 2 }, 'T F /F', 'fired . resolved'],

    ['between `when` and `clear` nothing changes', {}, 'T B B T B F', 'fired . . . . resolved'],
    ['a band breaks a row of `for`, as any false does', { for: 2 }, 'T B T T', '. . . fired'],
    [
      '`clear_for` wants so many in a row',
      { clearFor: 3 },
      'T F F T F F F',
      'fired . . . . . resolved',
    ],
    [
      'unknown neither counts for `clear_for` nor breaks it',
      { clearFor: 2 },
      'T F ? ? F',
      'fired . . . resolved',
    ],
    [
      'a false `clear` starts `clear_for` again',
      { clearFor: 2 },
      'T F B F F',
      'fired . . . resolved',
    ],
    [
      'a false `clear` does so also while `when` is unknown',
      { clearFor: 2 },
      'T F N F F',
      'fired . . . resolved',
    ],
    ['a true `clear` resolves, also while `when` is unknown', {}, 'T C', 'fired resolved'],
    [
      'a true `clear` with an unknown `when` breaks no row of `for`',
      { for: 2 },
      'T C T',
      '. . fired',
    ],

    [
      'a firing inside the cooldown is quiet, and so is its resolve',
      { cooldownMs: DAYS(3) },
      'T F T F',
      'fired resolved cooldown resolved-quietly',
    ],
    [
      'what still fires when the cooldown ends is told once',
      { cooldownMs: DAYS(3) },
      'T F T T T T',
      'fired resolved cooldown told . .',
    ],
    [
      'the cooldown has ended when as much time has passed',
      { cooldownMs: DAYS(2) },
      'T F T',
      'fired resolved fired',
    ],
    [
      'it is told inside the band too, since it still fires there',
      { cooldownMs: DAYS(3) },
      'T F T B',
      'fired resolved cooldown told',
    ],
    [
      'it is told while `clear_for` counts',
      { cooldownMs: DAYS(3), clearFor: 2 },
      'T F F T F F',
      'fired . resolved fired . resolved',
    ],
    [
      'it is told at the first known answer, not at an unknown one',
      { cooldownMs: DAYS(3) },
      'T F T ? ? T',
      'fired resolved cooldown . . told',
    ],
    [
      'the cooldown then counts from that telling',
      { cooldownMs: DAYS(3) },
      'T F T T F T T T',
      'fired resolved cooldown told resolved cooldown told .',
    ],
    [
      'a quiet firing does not start the cooldown again',
      { cooldownMs: DAYS(4) },
      'T F T F T F T',
      'fired resolved cooldown resolved-quietly fired resolved cooldown',
    ],
    [
      'what ends exactly when the cooldown does is never told',
      { cooldownMs: DAYS(3) },
      'T F T F F',
      'fired resolved cooldown resolved-quietly .',
    ],

    [
      'a silenced firing is quiet, and told once the silence has ended',
      {},
      'Ts Ts T T F',
      'silenced . told . resolved',
    ],
    [
      'a silenced firing that ends in silence is never told',
      {},
      'Ts Fs T',
      'silenced resolved-quietly fired',
    ],
    ['a silence mutes the resolve of a firing that was told', {}, 'T Fs', 'fired resolved-quietly'],
    [
      'silenced first and cooling next, it waits for both',
      { cooldownMs: DAYS(4) },
      'T F Ts T T',
      'fired resolved silenced . told',
    ],
    [
      'a silenced firing starts no cooldown',
      { cooldownMs: DAYS(9) },
      'Ts Fs T',
      'silenced resolved-quietly fired',
    ],

    [
      'it reminds after `repeat`, and again',
      { repeatMs: DAYS(2) },
      'T T T T T F',
      'fired . reminded . reminded resolved',
    ],
    [
      'it reminds inside the band, and while `clear_for` counts',
      { repeatMs: DAYS(1), clearFor: 3 },
      'T B F F F',
      'fired reminded reminded reminded resolved',
    ],
    [
      'it does not remind at an unknown answer, but at the next',
      { repeatMs: DAYS(2) },
      'T ? ? T',
      'fired . . reminded',
    ],
    [
      'a silence holds a reminder back until it ends',
      { repeatMs: DAYS(1) },
      'T Ts Ts T',
      'fired . . reminded',
    ],
    [
      'nobody is reminded of what nobody was told',
      { repeatMs: DAYS(1), cooldownMs: DAYS(9) },
      'T F T T T',
      'fired resolved cooldown . .',
    ],
    [
      'reminders of a late telling count from it',
      { repeatMs: DAYS(2), cooldownMs: DAYS(3) },
      'T F T T T T',
      'fired resolved cooldown told . reminded',
    ],

    [
      'without `resolved` nobody hears of the end',
      { resolved: false },
      'T F',
      'fired resolved-quietly',
    ],
  ])('%s', (_, options, answers, decisions) => {
    expect(run(options, answers)).toBe(decisions);
  });

  test('an adopted alert is never told, reminded or told to have resolved, and the next episode is', () => {
    const { next, decision } = adopt();
    expect(decision).toEqual({ kind: 'quiet', reason: 'adopted' });
    expect(run({ repeatMs: DAYS(1), cooldownMs: DAYS(1) }, 'T T B T F T', next)).toBe(
      '. . . . resolved-quietly fired',
    );
  });

  test('only an idle machine that never told anything can be forgotten', () => {
    expect(isForgettable(IDLE)).toBe(true);
    expect(isForgettable({ ...IDLE, toldSlotAt: 0 })).toBe(false);
    expect(isForgettable({ ...IDLE, state: 'pending', forCount: 1 })).toBe(false);
  });
});

// ---- over all combinations of options, and random answers ----

const span = fc.constantFrom(null, DAYS(1), DAYS(2), DAYS(5));
const timings: fc.Arbitrary<Timing> = fc.record({
  for: fc.integer({ min: 1, max: 4 }),
  clearFor: fc.integer({ min: 1, max: 4 }),
  cooldownMs: span,
  repeatMs: span,
  resolved: fc.boolean(),
});
const truth = fc.constantFrom(true, false, null);
const answer = fc.record({
  when: truth,
  clear: truth,
  isSilenced: fc.constantFrom(false, false, true),
  isAfterGap: fc.constantFrom(false, false, false, true),
  days: fc.constantFrom(1, 1, 1, 2, 4),
});
const histories = fc.array(answer, { maxLength: 60, size: 'max' }).map((list) => {
  let day = 0;
  return list.map(({ days, ...rest }): Answers => ({
    ...rest,
    isNewSlot: true,
    slotAt: (day += days) * DAY_MS,
  }));
});

type Step = {
  before: MachineState;
  answers: Answers;
  next: MachineState;
  decision: Decision | null;
};

function play(options: Timing, history: readonly Answers[]): Step[] {
  let before = IDLE;
  return history.map((answers) => {
    const { next, decision } = step(options, before, answers);
    const played = { before, answers, next, decision };
    before = next;
    return played;
  });
}

const property = (check: (steps: Step[], options: Timing) => void) =>
  fc.assert(
    fc.property(timings, histories, (options, history) => check(play(options, history), options)),
    { numRuns: 400 },
  );

describe('the machine, whatever is answered', () => {
  test('episodes begin and end in turn, and what is told of one comes in order: fired, reminders, resolved', () => {
    property((steps) => {
      let isOpen = false;
      let isTold = false;
      for (const { decision } of steps) {
        const kind = decision?.kind;
        if (kind === 'fired' || kind === 'quiet') {
          expect(isOpen).toBe(false);
          [isOpen, isTold] = [true, kind === 'fired'];
        } else if (kind !== undefined) {
          expect(isOpen).toBe(true);
          if (kind === 'told') expect(isTold).toBe(false);
          if (kind === 'reminded') expect(isTold).toBe(true);
          if (decision?.kind === 'resolved' && decision.isTold) expect(isTold).toBe(true);
          [isOpen, isTold] = [
            kind !== 'resolved',
            kind !== 'resolved' && (isTold || kind === 'told'),
          ];
        }
      }
    });
  });

  test('unknown changes nothing, but for the row of `for` that a gap breaks', () => {
    property((steps) => {
      for (const { before, answers, next, decision } of steps) {
        if (answers.when !== null || answers.clear !== null) continue;
        expect(decision).toBeNull();
        expect(next).toEqual(
          answers.isAfterGap && before.state === 'pending'
            ? { ...IDLE, toldSlotAt: before.toldSlotAt }
            : before,
        );
      }
    });
  });

  test('it fires only on true, after as many trues as `for` asks for, and resolves only on clear', () => {
    property((steps, options) => {
      let trues = 0;
      for (const { answers, decision } of steps) {
        if (answers.isAfterGap || answers.when === false) trues = 0;
        if (answers.when === true) trues += 1;
        if (decision?.kind === 'fired' || decision?.kind === 'quiet') {
          expect(answers.when).toBe(true);
          expect(trues).toBeGreaterThanOrEqual(options.for);
        }
        if (decision?.kind === 'resolved') {
          expect(answers.when).not.toBe(true);
          expect(answers.clear).toBe(true);
          trues = 0;
        }
      }
    });
  });

  test('two tellings of one product are never closer than the cooldown, and nothing is told in silence', () => {
    property((steps, options) => {
      let toldAt: number | null = null;
      for (const { answers, decision } of steps) {
        const isSaid =
          decision !== null &&
          decision.kind !== 'quiet' &&
          !(decision.kind === 'resolved' && !decision.isTold);
        if (isSaid) expect(answers.isSilenced).toBe(false);
        if (decision?.kind !== 'fired' && decision?.kind !== 'told') continue;
        if (toldAt !== null && options.cooldownMs !== null)
          expect(answers.slotAt - toldAt).toBeGreaterThanOrEqual(options.cooldownMs);
        toldAt = answers.slotAt;
      }
    });
  });

  test('counters never reach what they count towards', () => {
    property((steps, options) => {
      for (const { next } of steps) {
        expect(next.forCount).toBeLessThan(options.for);
        expect(next.clearCount).toBeLessThan(options.clearFor);
        if (next.state !== 'pending') expect(next.forCount).toBe(0);
        if (next.state !== 'open')
          expect([next.clearCount, next.quiet, next.remindedSlotAt]).toEqual([0, null, null]);
      }
    });
  });
});
