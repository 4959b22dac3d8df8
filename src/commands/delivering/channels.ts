import type { DeliveryDeps } from '../../delivery/dispatch.ts';
import { failureText } from '../../delivery/outcome.ts';
import { requireChannel } from '../../delivery/require-channel.ts';
import { listSuppressed } from '../../delivery/suppressed.ts';
import { testChannel, type TestResult } from '../../delivery/test-channel.ts';
import { getHealth } from '../../store/outbox/channel-health.ts';
import { countByState } from '../../store/outbox/delivery-log.ts';
import { plural } from '../../lib/text.ts';
import { paint } from '../../terminal/tone.ts';
import type { Io } from '../../terminal/io.ts';

export type ChannelsTestArgs = { name: string; json?: boolean | undefined };

/** `tidemark channels test NAME`. Exit code 1 when it reached nobody, 3 when it reached some. */
export async function runChannelsTest(
  io: Io,
  { name, json }: ChannelsTestArgs,
  deps: DeliveryDeps,
): Promise<number> {
  const channel = requireChannel(deps.channels, name);
  const wasDisabled = getHealth(deps.db, name).disabledAt !== null;
  const suppressed = listSuppressed(deps.db, channel, deps.clock.now());
  const results = await testChannel(deps, channel);
  const delivered = results.filter(({ outcome }) => outcome.kind === 'delivered').length;

  if (json) io.stdout(`${JSON.stringify(results.map(resultJson), null, 2)}\n`);
  else for (const result of results) io.stdout(resultLine(result, name, io.color));
  const dead = countByState(deps.db).dead ?? 0;
  const rest =
    dead === 0 ? '' : ` ${plural(dead, 'dead message')}: tidemark deliveries retry --all-dead`;
  if (delivered > 0 && wasDisabled) io.stderr(`The channel ${name} is enabled again.${rest}\n`);
  for (const { recipient, outcome } of results)
    if (outcome.kind === 'delivered' && suppressed.has(recipient))
      io.stderr(`Mail goes to ${recipient} again.${rest}\n`);
  if (delivered === results.length) return 0;
  return delivered === 0 ? 1 : 3;
}

function resultLine({ recipient, outcome }: TestResult, channel: string, color: boolean): string {
  const to = recipient === '' ? channel : `${channel} (${recipient})`;
  if (outcome.kind === 'delivered') return `${paint('delivered', 'good', color)} to ${to}\n`;
  return `${paint('not delivered', 'bad', color)} to ${to}: ${failureText(outcome)}\n${outcome.excerpt === null ? '' : `  the answer: ${outcome.excerpt}\n`}`;
}

const resultJson = ({ recipient, outcome }: TestResult) => ({
  recipient: recipient === '' ? null : recipient,
  delivered: outcome.kind === 'delivered',
  status_code: outcome.statusCode,
  reason: outcome.kind === 'failed' ? failureText(outcome) : null,
  excerpt: outcome.excerpt,
});
