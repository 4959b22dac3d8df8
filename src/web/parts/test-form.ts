// A test message to a channel, for operators.
import { html } from 'ghtml';
import { whyNoTest } from '../../delivery/test-by-outbox.ts';
import { withTyped } from './command.ts';
import type { PageContext } from './page.ts';

/** Every channel of the config with why it cannot be tested from here; null when it can. */
const readChannels = ({ deps, now }: PageContext) =>
  deps.config.channels.map((channel) => ({
    name: channel.name,
    refused: whyNoTest(deps.db, channel, now),
  }));

/** One button for all channels that can be tested. Empty when there is none, and for viewers. */
export function testForm(ctx: PageContext): string {
  const { asked, links, who } = ctx;
  if (who.role !== 'operator') return '';
  const options = readChannels(ctx)
    .filter(({ refused }) => refused === null)
    .map(({ name }) => {
      const selected = name === asked.query['channel'] ? ' selected' : '';
      return html`<option!${selected}>${name}</option>`;
    });
  if (options.length === 0) return '';
  return html`<form method="post" action="${links.to('/deliveries/test')}" class="line">
<select name="channel" aria-label="Channel">!${options}</select>
<button class="second" title="It waits here until the daemon sends it">Send a test</button></form>`;
}

/** Why the other channels have no button. */
export function untestedHtml(ctx: PageContext): string {
  if (ctx.who.role !== 'operator') return '';
  const reasons = readChannels(ctx).flatMap(({ refused }) => refused ?? []);
  return reasons
    .map((why) => html`<p class="soft">${withTyped(ctx, `No test from here: ${why}`)}</p>`)
    .join('');
}
