// What `tidemark init --preset NAME` writes: valid as it is, without any account.
import type { ListKind } from '../list/list-kind.ts';
import { PRESETS } from '../list/presets.ts';

/** What a watch must say to ask for a list, with the first example of each value. */
const askedText = ({ parameters }: ListKind): string =>
  parameters
    .filter(({ fallback }) => fallback === undefined)
    .map(({ key, values }) => {
      const example =
        values.kind === 'text' || values.kind === 'id' ? values.examples?.[0] : undefined;
      return `    ${key}: ${example ?? ''}\n`;
    })
    .join('');

/** The config of the sandbox, whose day takes the minute in which a list of it is taken. */
const SANDBOX = `# Tidemark on its sandbox: a simulated market, on this machine.
# Start it first, in another terminal:  tidemark sandbox --speed 1440
# Then:                                 tidemark run
# All keys:                             tidemark help config

database: ./tidemark.db          # one SQLite file, relative to this file
timezone: UTC                    # for schedules, digests and printed times

source:
  base_url: http://127.0.0.1:8787
  token: sandbox
  requests_per_second: 20        # so that a list is read before its day is over
  daily_credits: null            # they cost nothing there

watches:
  us-market:
    region: US
    depth: 200
    schedule: "* * * * *"        # every minute: with --speed 1440 that is a day of the sandbox

# When to tell. "when" is a SQL condition over one row's change. Without \`notify\` an alert is only
# recorded: tidemark alerts shows it.
rules:
  climber:
    description: Climbs 20 places into the top 100
    when: rank_gain >= 20 and rank <= 100
`;

/** Names that `tidemark init --preset` takes. */
export const PRESET_NAMES: readonly string[] = ['sandbox', ...Object.keys(PRESETS)];

/** A config that tracks the first list of a preset; undefined for a name that is none. */
export function presetTemplate(name: string): string | undefined {
  if (name === 'sandbox') return SANDBOX;
  const list = Object.hasOwn(PRESETS, name) ? PRESETS[name]?.lists[0] : undefined;
  if (list === undefined) return undefined;
  const others = (PRESETS[name]?.lists ?? []).slice(1).map((other) => other.name);
  const also = others.length === 0 ? '' : `         # or ${others.join(', ')}`;
  const depth = Math.min(100, list.mostRanks ?? 100);
  return `# Tidemark. Check this file with:  tidemark check
# Take the first snapshot with:      tidemark snapshot
# All keys:                          tidemark help config

database: ./tidemark.db          # one SQLite file, relative to this file
timezone: UTC                    # for schedules, digests and printed times

sources:
  main:
    type: http
    preset: ${name}

watches:
  ${list.name}:
    source: main
    list: ${list.name}${also}
${askedText(list)}    depth: ${depth}
    schedule: "0 7 * * *"        # minute, hour, day of month, month, day of week

# When to tell. "when" is a SQL condition over one row's change. Without \`notify\` an alert is only
# recorded: tidemark alerts shows it.
rules:
  climber:
    description: Climbs 20 places into the top 50
    when: rank_gain >= 20 and rank <= 50
`;
}
