// `tidemark doctor`: whether this installation and its database are sound. Only looks; beside a
// running daemon.
import { findPlace, type PlaceArgs } from '../../open-app.ts';
import type { Check } from '../../report/check.ts';
import { isDamaged, runChecks } from '../../report/doctor.ts';
import { checkText } from '../../terminal/check-text.ts';
import { asCalled } from '../../words/as-called.ts';
import type { Io } from '../../terminal/io.ts';

export type DoctorArgs = PlaceArgs & {
  /** Also what reads the whole file. */ deep?: boolean | undefined;
  /** Exit code 1 also when there is a warning. */ strict?: boolean | undefined;
  json?: boolean | undefined;
};

/**
 * Prints each check as it is done; as JSON all of them. Exit code 1 when one fails, or with `strict`
 * warns.
 */
export async function runDoctor(io: Io, args: DoctorArgs): Promise<number> {
  const { database, channels, config } = findPlace(io, args);
  const query = { database, channels, config, isDeep: args.deep === true };
  const checks: Check[] = [];
  for (const check of runChecks(query, io.clock.now())) {
    const said = { ...check, text: asCalled(io.called, check.text) };
    checks.push(said);
    if (!args.json) io.stdout(checkText(said, io));
  }
  if (!args.json && !args.deep)
    io.stdout(`${asCalled(io.called, 'tidemark doctor --deep reads the whole file as well.')}\n`);
  if (args.json) io.stdout(`${JSON.stringify(checks, null, 2)}\n`);
  if (isDamaged(checks))
    io.stderr(
      'The file is damaged. Stop the daemon, and bring a backup back: tidemark restore FILE\n',
    );
  return checks.some(({ level }) => level === 'fail' || (args.strict && level === 'warn')) ? 1 : 0;
}
