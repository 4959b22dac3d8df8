// Shell completion: what could come next on a command line, and the scripts that ask for it.
import type { Command, Option } from 'commander';
import type { Io } from '../terminal/io.ts';

/** Names and ids by what they name: `watch`, `rule`, `product`, `alert` and so on. */
export type KnownNames = ReadonlyMap<string, readonly string[]>;

/** Asks for names. `given` are the arguments before the one that is asked for. */
export type AskNames = (given: readonly string[]) => KnownNames;

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** Which names an argument of a command stands for. */
const OF_ARGUMENT: Readonly<Record<string, readonly (string | null)[]>> = {
  top: ['watch'],
  movers: ['watch'],
  product: ['watch', 'product'],
  snapshot: ['watch'],
  backfill: ['watch'],
  'alerts show': ['alert'],
  'silence remove': ['silence'],
  'deliveries show': ['delivery'],
  'deliveries retry': ['delivery'],
  'channels test': ['channel'],
  'channels subscribe': ['channel'],
  digest: ['digest'],
  sql: ['query'],
  restore: ['backup'],
  'web token remove': ['token'],
};
const OF_OPTION: Readonly<Record<string, string>> = {
  '--watch': 'watch',
  '--rule': 'rule',
  '--channel': 'channel',
  '--product': 'product',
};

/**
 * Candidates for the last of `words`, which may be empty; `words` do not hold the program itself.
 * `names` is asked at most once, and only when a name may come.
 */
export function completions(program: Command, words: readonly string[], names: AskNames): string[] {
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const { command, given } = walk(program, before);
  const matching = (all: readonly string[]) => [
    ...new Set(all.filter((candidate) => candidate.startsWith(last))),
  ];
  const previous = before.at(-1) ?? '';
  const option = command.options.find(({ long, short }) => [long, short].includes(previous));
  if (option !== undefined && takesValue(option)) {
    const kind = OF_OPTION[option.long ?? ''];
    return kind === undefined ? [] : matching(names([]).get(kind) ?? []);
  }
  if (last.startsWith('-'))
    return matching([...command.options.flatMap(({ long }) => long ?? []), '--help']);
  const subcommands = command.commands.map((sub) => sub.name()).filter((name) => name !== 'help');
  if (subcommands.length > 0 && given.length === 0)
    return matching(command === program ? [...subcommands, 'help'] : subcommands);
  if (command === program && given.length === 1 && given[0] === 'help')
    return matching([...(names([]).get('page') ?? []), ...subcommands]);
  const at = pathOf(command) === 'snapshot' ? 0 : given.length;
  const choices = command.registeredArguments[at]?.argChoices;
  if (choices !== undefined) return matching(choices);
  const kind = OF_ARGUMENT[pathOf(command)]?.[at] ?? null;
  return kind === null ? [] : matching(names(given).get(kind) ?? []);
}

/** The command that the words lead to, and the arguments that it was given so far. */
function walk(program: Command, words: readonly string[]): { command: Command; given: string[] } {
  let command = program;
  const given: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word.startsWith('-')) {
      const option = command.options.find(({ long, short }) => [long, short].includes(word));
      // `--config` may stand before the command.
      if (option === undefined ? word === '--config' : takesValue(option)) at++;
      continue;
    }
    const sub = command.commands.find((candidate) => candidate.name() === word);
    if (sub === undefined || given.length > 0) given.push(word);
    else command = sub;
  }
  return { command, given };
}

const takesValue = (option: Option): boolean => option.required || option.optional;

function pathOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  return names.join(' ');
}

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# bash: eval "$(tidemark completion bash)", for instance in ~/.bashrc
_tidemark() {
  local each words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=()
  while IFS= read -r each; do
    printf -v each %q "$each"
    COMPREPLY+=("$each")
  done < <(tidemark __complete "\${words[@]//\\\\/}" 2>/dev/null)
}
complete -o default -F _tidemark tidemark
`,
  zsh: `# zsh: eval "$(tidemark completion zsh)", after compinit, for instance in ~/.zshrc
_tidemark() {
  local -a found
  found=("\${(@f)$(tidemark __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  (( \${#found[1]} )) && compadd -a found || _files
}
compdef _tidemark tidemark
`,
  fish: `# fish: tidemark completion fish > ~/.config/fish/completions/tidemark.fish
complete -c tidemark -f -a '(tidemark __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
};

/** Prints the script of a shell. Exit code 0. */
export function printCompletion(io: Io, shell: Shell): number {
  io.stdout(SCRIPTS[shell]);
  return 0;
}
