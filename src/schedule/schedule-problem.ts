import { Cron } from 'croner';
import { validate } from 'node-cron';
import { nextSlot } from './slots.ts';

const FIELDS = [
  { name: 'minute', range: '0 to 59' },
  { name: 'hour', range: '0 to 23' },
  { name: 'day of month', range: '1 to 31' },
  { name: 'month', range: '1 to 12 or JAN to DEC' },
  { name: 'day of week', range: '0 to 7 or SUN to SAT' },
];

/**
 * Every five-field expression that can ever run has a run within 8 years of any instant (29
 * February around 2100).
 */
const ANY_INSTANT = Date.UTC(2026, 0, 1);

/**
 * croner computes the slots. An expression that the other library refuses is probably a mistake.
 */
function isReadByBoth(expression: string): boolean {
  try {
    new Cron(expression, { mode: '5-part', paused: true, timezone: 'UTC' });
  } catch {
    return false;
  }
  return validate(expression);
}

/** Is it due on a day that every month has? Looking for a run costs a command 10 ms. */
const isOfEveryMonth = (day: string | undefined): boolean =>
  day === '*' || /^(0?[1-9]|1\d|2[0-8])$/.test(day ?? '');

/**
 * What is wrong with a five-field cron expression, in words that do not repeat it; null when it is
 * fine.
 */
export function scheduleProblem(schedule: string): string | null {
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== FIELDS.length)
    return 'must be a cron expression of five fields: minute, hour, day of month, month, day of week';
  const comes = () => isOfEveryMonth(fields[2]) || nextSlot(schedule, 'UTC', ANY_INSTANT) !== null;
  if (isReadByBoth(schedule) && comes()) return null;
  // Each field by itself, so that the message can say which one is wrong.
  const wrong = FIELDS.filter(
    (_, i) => !isReadByBoth(FIELDS.map((_, j) => (i === j ? fields[i] : '*')).join(' ')),
  );
  if (wrong.length > 0)
    return `is not a cron expression: ${wrong
      .map(({ name, range }) => `the ${name} must be ${range}`)
      .join(', ')} (numbers, lists, ranges from low to high, * and */step)`;
  // If each field is right by itself, they can only be wrong together as a date, such as 30
  // February.
  return 'names a date that never comes';
}
