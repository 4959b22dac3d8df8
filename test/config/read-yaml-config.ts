import {
  loadConfig,
  readConfig,
  type LoadedConfig,
  type LoadOptions,
} from '../../src/config/load.ts';
import type { SourceConfig } from '../../src/config/config.ts';
import { formatProblem, formatWarning } from '../../src/config/problem.ts';

export type YamlCase = {
  yaml: readonly string[] | string | Buffer;
  env?: NodeJS.ProcessEnv;
  /** Secret files by their absolute path; the configuration is in /etc/tidemark. */
  files?: Record<string, string | Buffer>;
  checkExpression?: LoadOptions['checkExpression'];
  secrets?: LoadOptions['secrets'];
};

const optionsFor = ({
  yaml,
  env = {},
  files = {},
  checkExpression,
  secrets,
}: YamlCase): LoadOptions => ({
  cwd: '/etc/tidemark',
  env,
  readFile: (path) => {
    const text = Buffer.isBuffer(yaml) ? yaml : [yaml].flat().join('\n');
    const content = path === '/etc/tidemark/tidemark.yaml' ? text : files[path];
    if (content === undefined)
      throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
    return content;
  },
  ...(checkExpression && { checkExpression }),
  ...(secrets && { secrets }),
});

export const load = (yamlCase: YamlCase): LoadedConfig => loadConfig(optionsFor(yamlCase));

/** Every problem as it is printed; none when the configuration is valid. */
export function problemsOf(yamlCase: YamlCase): string[] {
  const read = readConfig(optionsFor(yamlCase));
  return 'problems' in read ? read.problems.map(formatProblem) : [];
}

export const warningsOf = (yamlCase: YamlCase): string[] =>
  load(yamlCase).warnings.map(formatWarning);

/** The token that a source sends; nothing where it sends none. */
export const tokenOf = (source: SourceConfig | undefined): string =>
  source === undefined || source.auth.kind === 'none' || source.auth.kind === 'basic'
    ? ''
    : source.auth.token.reveal();

/** The least that is valid, in two lines, so that what a test adds begins on line 3. */
export const LEAST = [
  'source: { token: sk_live_hunter2 }',
  'watches: { us: { region: US, schedule: "0 6 * * *" } }',
];
