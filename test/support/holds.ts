// Loaded before a program under test: writes down how long each of its transactions of a file held
// the write lock, a line of JSON each, to the file that HOLDS_TO names.
import { appendFileSync } from 'node:fs';
import Database from 'better-sqlite3';

/** `cpuMs` does not count what the machine gave to others meanwhile; `rows` are those changed. */
export type Hold = { cpuMs: number; rows: number; at: string };

const to = process.env['HOLDS_TO'];
if (to !== undefined) {
  const prototype = Database.prototype as { transaction: Database.Database['transaction'] };
  const original = prototype.transaction;
  prototype.transaction = function (this: Database.Database, work) {
    let begun: NodeJS.CpuUsage | null = null;
    const timed = (...given: unknown[]): unknown => {
      begun ??= process.cpuUsage();
      return (work as (...all: unknown[]) => unknown)(...given);
    };
    const changed = () =>
      this.prepare<[], number>('SELECT total_changes()').pluck().get() as number;
    const made = original.call(this, timed);
    const immediate = (...given: unknown[]) => {
      begun = null;
      const before = changed();
      const result: unknown = made.immediate(...given);
      // With the commit. Databases in memory hold up nobody.
      if (begun !== null && !this.memory) {
        const { user, system } = process.cpuUsage(begun);
        const at = new Error().stack?.split('\n').slice(2, 6).join(' < ') ?? '';
        appendFileSync(
          to,
          `${JSON.stringify({ cpuMs: (user + system) / 1_000, rows: changed() - before, at })}\n`,
        );
      }
      return result;
    };
    return Object.assign((...given: unknown[]) => made(...given), {
      immediate,
    }) as never;
  } as typeof original;
}
