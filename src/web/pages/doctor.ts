// `/doctor`: whether the installation and its database are sound. What reads the whole file is left
// to the command.
import { html } from 'ghtml';
import { runChecks } from '../../report/doctor.ts';
import { programVersion } from '../../lib/version.ts';
import { commandText } from '../../words/shell-text.ts';
import { alsoLinks } from '../parts/also.ts';
import { withTyped } from '../parts/command.ts';
import { page, type PageContext } from '../parts/page.ts';
import { table } from '../parts/table.ts';
import { text } from '../parts/text.ts';

/** The checks that are quick, as data. */
export function readDoctor({ deps, now }: Pick<PageContext, 'deps' | 'now'>) {
  const { config } = deps;
  const { database, channels } = config;
  const checks = [...runChecks({ database, config, channels, isDeep: false }, now)];
  return checks.map((check) => ({ ...check, text: withTyped({ deps }, check.text) }));
}

const TONES = { ok: 'up', warn: 'warn', fail: 'down' } as const;

/** The page. */
export function doctorPage(ctx: PageContext): string {
  const checks = readDoctor(ctx);
  const bad = checks.filter(({ level }) => level !== 'ok').length;
  const also = alsoLinks(ctx, {
    json: '/api/v1/doctor',
    csv: null,
    command: commandText(['doctor']),
    sql: null,
  });
  const body = html`<div class="head"><div><h1>Doctor</h1>
<p>Tidemark ${programVersion()} · ${bad === 0 ? 'all is well' : `${bad} of ${checks.length} checks need a look`}</p></div>
!${also}</div>!${table(
    [
      { head: 'Check', kind: 'name' },
      { head: 'Says', kind: 'w' },
      { head: 'What was seen', kind: 'long', from: 'under' },
    ],
    checks.map(({ name, level, text: seen }) => [
      text(name),
      html`<span class="${TONES[level]}">${level}</span>`,
      text(seen),
    ]),
    'Nothing was checked.',
  )}<p class="soft">The pages of the file, its references and its observations are checked by the command.</p>`;
  return page(ctx, { title: 'Doctor', section: '/doctor', body });
}
