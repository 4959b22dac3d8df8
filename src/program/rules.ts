// Commands that try rules: unit tests.
import { withConfig, withJson, type CommandLine, type ConfigOption } from './command-line.ts';

const TEST_HELP = `
A file of tests says what each rule sees, slot by slot, and when it must fire:

  tests:
    climbs into the top 100:
      rule: climber
      products:
        perfume: 150 100 60 _ 20 x        # a row of ranks
        soap: { rank: 90*6, ctr: 3 3 2.8 _ _ x, category_l1: Beauty }
      fired: { perfume: [2] }             # {} where nothing must fire
      resolved: { perfume: 5 }

  12     a value                             40*3    three slots with it
  _      not observed; a metric: not known   40-2*5  40 38 36 34 32
  x      proven absent
  !      the snapshot failed    ~  it was suspect    >  nobody took one

The first slot only shows the rule how things are (on_first: adopt). "watch" chooses whose schedule the
slots follow; "quiet" and "reminded" are checked where a test has them. What is not expected must not happen.
`;

export function addRules({ io, command, done }: CommandLine): void {
  const rules = command('rules', 'try rules before they tell anybody');
  withJson(withConfig(command('test', 'unit tests of the rules: what they see, and what must fire', ['tidemark rules test rules.test.yaml'], rules)))
    .argument('<file>', 'a YAML file of tests')
    .addHelpText('after', TEST_HELP)
    .action(async (file: string, options: ConfigOption & { json?: boolean }) => done((await import('../commands/rules-test.ts')).runRulesTest(io, { file, ...options })));
}
