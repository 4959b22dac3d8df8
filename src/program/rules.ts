// Commands that try rules: on stored history, and in unit tests.
import type { Command } from 'commander';
import { withConfig, withJson, type CommandLine, type ConfigOption } from './command-line.ts';

/** Run by a test. */
export const TEST_EXAMPLE = `tests:
  climbs into the top 100:
    rule: climber
    products:
      perfume: 150 100 60 20 140 x          # a row of ranks
      soap: { rank: 90*6, ctr: 3 3 2.8 _ 3 3, category_l1: Beauty }
    fired: { perfume: 2 }                   # {} where nothing must fire
    resolved: { perfume: 5 }
`;

const TEST_HELP = `A file of tests says what each rule sees, slot by slot, and when it must fire:

${TEST_EXAMPLE.replace(/^/gm, '  ')}
  12     a value                             40*3    three slots with it
  _      not observed; a metric: not known   40-2*5  40 38 36 34 32
  x      proven absent
  !      the snapshot failed    ~  it was suspect    >  nobody took one

The first slot only shows the rule how things are (on_first: adopt). "watch"
chooses whose schedule the slots follow; "quiet" and "reminded" are checked
where a test has them. What is not expected must not happen.`;

type Options = ConfigOption & { json?: boolean };

/** Adds rules with backtest and test. */
export function addRules(line: CommandLine): void {
  const rules = line.command('rules', 'try rules before they are live', [
    'tidemark rules backtest --since 90d',
    'tidemark rules test rules.test.yaml',
  ]);
  addBacktest(line, rules);
  addTest(line, rules);
}

function addBacktest({ io, command, done, signals }: CommandLine, rules: Command): void {
  withJson(
    withConfig(
      command(
        'backtest',
        'what the rules would have fired over stored history; keeps and sends nothing',
        [
          'tidemark rules backtest --rule breakout',
          'tidemark rules backtest --against tidemark.new.yaml',
        ],
        rules,
      ),
    ),
  )
    .option(
      '--since <time>',
      'alerts from then on: a duration such as 90d, or a date (default: all)',
    )
    .option('--rule <name>', 'only this rule')
    .option('--watch <name>', 'only this watch')
    .option('--against <path>', 'the difference to another version of the config')
    .action(
      async (
        options: Options & { since?: string; rule?: string; watch?: string; against?: string },
      ) =>
        done(
          (await import('../commands/rules/rules-backtest.ts')).runRulesBacktest(io, options, {
            stop: signals().stop,
          }),
        ),
    );
}

function addTest({ io, command, remark, done }: CommandLine, rules: Command): void {
  remark(
    withJson(
      withConfig(
        command(
          'test',
          'unit tests of the rules: what they see, and what must fire',
          ['tidemark rules test rules.test.yaml'],
          rules,
        ),
      ),
    ),
    TEST_HELP,
  )
    .argument('<file>', 'a YAML file of tests')
    .action(async (file: string, options: Options) =>
      done(
        (await import('../commands/rules/rules-test.ts')).runRulesTest(io, { file, ...options }),
      ),
    );
}
