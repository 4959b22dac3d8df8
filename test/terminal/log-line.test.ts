import { expect, test } from 'vitest';
import { logLine } from '../../src/terminal/log-line.ts';

test.each([
  [
    '{"level":30,"time":"2026-01-01T06:00:41.000Z","watch":"us-daily","slot_at":"2026-01-01T06:00:00.000Z","status":"complete","rows":500,"reason":null,"msg":"snapshot"}\n',
    '07:00:41    snapshot: us-daily, slot at 2026-01-01 07:00, complete, rows 500\n',
  ],
  [
    '{"level":50,"time":"2026-01-01T06:00:41.000Z","problems":["a: is wrong","b: too"],"msg":"config not reloaded"}\n',
    '07:00:41 !! config not reloaded: a: is wrong, b: too\n',
  ],
  ['no json\n', 'no json\n'],
])('%s', (json, line) => {
  expect(logLine(json, { timeZone: 'Europe/Berlin', color: false, columns: 80 })).toBe(line);
});

test('a line is as wide as the terminal, breaks between words, and goes on below its message', () => {
  const json = `{"level":30,"time":"2026-01-01T06:00:41.000Z","watch":"us-daily","status":"complete","rows":500,"note":"the first list of its series: there was nothing yet to judge it by","msg":"snapshot"}`;
  expect(logLine(json, { timeZone: 'UTC', color: false, columns: 60 })).toBe(
    [
      '06:00:41    snapshot: us-daily, complete, rows 500, note the',
      '            first list of its series: there was nothing yet',
      '            to judge it by',
      '',
    ].join('\n'),
  );
});
