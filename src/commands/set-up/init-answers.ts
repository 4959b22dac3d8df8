// What `tidemark init` was told by options or answers, and the file that it makes from them.
import { formatMailbox } from '../../config/mail-address.ts';
import { CONFIG_TEMPLATE } from '../../config/template.ts';

/** Undefined: not said, so the value of the template stays. */
export type Answers = {
  /** `US`, or `all_regions`. */
  region?: string | undefined;
  /** How many ranks. */
  depth?: number | undefined;
  /** A cron expression of five fields. */
  schedule?: string | undefined;
  timezone?: string | undefined;
  /** A mail address or a webhook's URL that messages go to; empty: nowhere yet. */
  to?: string | undefined;
  smtp?: string | undefined;
  from?: string | undefined;
};

/** A string in YAML, in double quotes: as JSON writes it. */
const quoted = (text: string): string => JSON.stringify(text);

/** The commented file with the answers in it. What was not said is as in the template. */
export function configFor(answers: Answers): string {
  const { region, depth, schedule, timezone, to, smtp, from } = answers;
  let text = CONFIG_TEMPLATE;
  const set = (pattern: RegExp, line: string) => {
    if (!pattern.test(text)) throw new Error(`the template has no line ${String(pattern)}`);
    text = text.replace(pattern, () => line);
  };
  if (region !== undefined) {
    set(/^ {2}us-daily:$/m, `  ${nameOf(region)}:`);
    set(/^ {4}region: US {2}/m, `    region: ${region}  `);
  }
  if (depth !== undefined) set(/^ {4}depth: 100 {2}/m, `    depth: ${depth}  `);
  if (schedule !== undefined)
    set(/^ {4}schedule: "0 6 \* \* \*" {2}/m, `    schedule: ${quoted(schedule)}  `);
  if (timezone !== undefined)
    text = text.replaceAll('timezone: America/New_York', () => `timezone: ${timezone}`);
  if (to === undefined) return text;

  const smtpSection = /# The mail server\. EDIT ME[^]*?(?=# Where messages go)/;
  const mailChannel = / {2}team-mail:\n {4}type: email\n {4}to: \[ana@example\.com\]\n/;
  set(/# Where messages go\. EDIT ME\./, '# Where messages go.');
  if (to === '') {
    set(smtpSection, '');
    set(mailChannel, '');
    set(/^channels:$/m, 'channels: {}');
    text = text.replaceAll('    notify: [team-mail]\n', '');
  } else if (/^https?:/i.test(to)) {
    set(smtpSection, '');
    set(mailChannel, `  team:\n    type: webhook\n    url: ${quoted(to)}\n`);
    text = text.replaceAll('[team-mail]', '[team]');
  } else {
    set(mailChannel, `  team-mail:\n    type: email\n    to: [${quoted(to)}]\n`);
    if (smtp !== undefined) {
      set(/# The mail server\. EDIT ME[^\n]*/, '# The mail server.');
      set(/^ {2}url: smtp:\/\/tidemark@mail\.example\.com:587$/m, `  url: ${quoted(smtp)}`);
    }
    const sender = formatMailbox({ name: 'Tidemark', address: from ?? to });
    set(/^ {2}from: Tidemark <alerts@example\.com>$/m, `  from: ${quoted(sender)}`);
  }
  return text;
}

/** `us-daily`, `all-regions-daily`: a name as watches have them. */
const nameOf = (region: string): string =>
  `${region.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-daily`;
