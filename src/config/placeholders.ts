// `${NAME}` in the file. YAML reads `{` and `}` as structure inside `{ … }` and `[ … ]`, so that
// `hook: { secret: ${HOOK_SECRET} }` would not even parse: the braces travel through the parser as
// two characters that no text holds (Unicode noncharacters), of the same length so that places stay
// right.
const OPEN = '\uFDD0';
const CLOSE = '\uFDD1';

/** Before parsing: the braces of `${…}` become the two carried characters. */
export const carryPlaceholders = (text: string): string =>
  text.replace(/\$\{([^{}\n]*)\}/g, `$$${OPEN}$1${CLOSE}`);

/** The text as it was written. */
export const restorePlaceholders = (text: string): string =>
  text.replaceAll(OPEN, '{').replaceAll(CLOSE, '}');

export type Filled = {
  text: string;
  /** Does it hold anything from the environment? */ isFilled: boolean;
  problem: { text: string; got?: string } | null;
};

/**
 * After parsing, for one scalar: `${NAME}` becomes the variable's text, as it is; `$${` is a plain
 * `${`.
 */
export function fillPlaceholders(text: string, env: NodeJS.ProcessEnv): Filled {
  const unset = new Set<string>();
  let isFilled = false;
  let isMalformed = false;
  const filled = restorePlaceholders(text).replace(
    /\$\$\{|\$\{([^{}]*\}?)/g,
    (written, inside?: string) => {
      if (inside === undefined) return '${';
      const name = /^([A-Za-z_]\w*)\}$/.exec(inside)?.[1];
      if (name === undefined) {
        isMalformed = true;
        return written;
      }
      isFilled = true;
      if (env[name] === undefined) unset.add(name);
      return env[name] ?? written;
    },
  );
  if (isMalformed)
    return {
      text: filled,
      isFilled,
      problem: {
        text: 'has a ${…} that does not name an environment variable; write ${NAME}, or $${ for a plain ${',
      },
    };
  if (unset.size === 0) return { text: filled, isFilled, problem: null };
  const needed =
    unset.size === 1
      ? `variable ${[...unset].join('')}, which is`
      : `variables ${[...unset].join(', ')}, which are`;
  return {
    text: filled,
    isFilled,
    problem: { text: `needs the environment ${needed} not set`, got: 'nothing' },
  };
}
