import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertsSubject } from '../../src/delivery/render/subject.ts';
import { writerOf } from '../../src/words/writer.ts';
import { aChange, alertsMessage, anAlert } from './sample-messages.ts';

const EN = writerOf({ timezone: 'UTC' });
const named = (name: string) => ({
  product: { id: '1', name, category_l1: null, category_l2: null },
});

describe('a subject says what happened', () => {
  it.each([
    ['one climb', alertsMessage(), 'us-daily: Perfume up 28 to #12'],
    [
      'a climb and others',
      alertsMessage([anAlert(), anAlert({ id: 2 }), anAlert({ id: 3 }), anAlert({ id: 4 })]),
      'us-daily: Perfume up 28 to #12, and 3 more',
    ],
    [
      'others that are only counted',
      alertsMessage([anAlert()], {
        summary: [{ rule: 'breakout', fired: 41, reminders: 0, resolved: 2 }],
      }),
      'us-daily: Perfume up 28 to #12, and 42 more',
    ],
    [
      'a fall',
      alertsMessage([anAlert({ change: aChange({ rank: 60, rank_before: 40 }) })]),
      'us-daily: Perfume down 20 to #60',
    ],
    [
      'a new product',
      alertsMessage([
        anAlert({ when: "status = 'new'", change: aChange({ status: 'new', rank_before: null }) }),
      ]),
      'us-daily: Perfume new at #12',
    ],
    [
      'a return',
      alertsMessage([anAlert({ change: aChange({ status: 'returned', rank_before: null }) })]),
      'us-daily: Perfume back at #12',
    ],
    [
      'a departure',
      alertsMessage([anAlert({ change: aChange({ status: 'left', rank: null }) })]),
      'us-daily: Perfume left the list, was #40',
    ],
    [
      'a rule on a metric',
      alertsMessage([anAlert({ when: 'posts_pct >= 20 and rank < 50' })]),
      'us-daily: Perfume posts +26.4\u00a0% to 11,500',
    ],
    [
      'a rule on a rate',
      alertsMessage([anAlert({ when: 'ctr_delta <= -0.1' })]),
      'us-daily: Perfume CTR −0.1 points to 1.83\u00a0%',
    ],
    [
      'a metric named only in a string',
      alertsMessage([anAlert({ when: "category_l1 = 'posts' and rank_gain > 1" })]),
      'us-daily: Perfume up 28 to #12',
    ],
    [
      'the critical one before others',
      alertsMessage([anAlert(), anAlert({ severity: 'critical', ...named('T-Shirts') })]),
      '[critical] us-daily: T-Shirts up 28 to #12, and 1 more',
    ],
    [
      'a resolve',
      alertsMessage([anAlert({ event: 'resolved', state: 'resolved' })]),
      'us-daily: breakout over for Perfume, now at #12',
    ],
    [
      'a reminder',
      alertsMessage([anAlert({ event: 'reminder' })]),
      'us-daily: Perfume still at #12 (breakout)',
    ],
    [
      'a storm',
      alertsMessage([anAlert()], {
        storm: true,
        summary: [{ rule: 'breakout', fired: 180, reminders: 0, resolved: 0 }],
      }),
      'us-daily: 180 alerts at once, which looks like an event of the source',
    ],
    [
      'a long name, which gives way',
      alertsMessage([
        anAlert(
          named('Hair Straighteners & Curling Irons With Interchangeable Ceramic Attachments'),
        ),
        anAlert(),
      ]),
      'us-daily: Hair Straighteners & Curling Irons With In… up 28 to #12, and 1 more',
    ],
    [
      'no name at all',
      alertsMessage([anAlert(named(' \u200b '))]),
      'us-daily: breakout up 28 to #12',
    ],
  ])('%s', (_name, message, subject) => expect(alertsSubject(message, EN)).toBe(subject));

  it('in one line of at most 78 characters, whatever the names', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.string({ unit: 'binary', maxLength: 64 }),
        fc.nat({ max: 500 }),
        (name, watch, truncated) => {
          const subject = alertsSubject(
            alertsMessage([anAlert(named(name))], {
              watch,
              summary: [{ rule: 'breakout', fired: truncated + 1, reminders: 0, resolved: 0 }],
            }),
            EN,
          );

          expect([...subject].length).toBeLessThanOrEqual(78);
          expect(subject).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
        },
      ),
    );
  });
});
