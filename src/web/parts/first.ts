// What a watch shows that has no snapshot yet: what will be here, and when.
import { html } from 'ghtml';
import { nextSlot } from '../../schedule/slots.ts';
import { commandText } from '../../words/shell-text.ts';
import { typed } from './command.ts';
import type { PageContext } from './page.ts';
import { distance, fullTime } from './times.ts';

/** `W has no snapshot yet. The first is due Thu 2026-01-01 06:00 UTC, in 3h. Take one now: …` */
export function firstDue(ctx: PageContext, name: string): string {
  const { deps, now } = ctx;
  const { timezone, watches } = deps.config;
  const watch = watches.find((one) => one.name === name);
  if (watch === undefined) return '<p class="card pad soft">It is no longer in the config.</p>';
  const at = nextSlot(watch.schedule, watch.timezone, now);
  const due =
    at === null
      ? 'Its schedule never comes.'
      : html`The first is due !${fullTime(at, timezone)}, !${distance(at, now, timezone)}.`;
  return html`<p class="card pad">${name} has no snapshot yet. !${due} Take one now: <code>${typed(ctx, commandText(['snapshot', name]))}</code></p>`;
}
