import { request } from '../../../lib/http-client.ts';
import { failed, failureText, type FailedOutcome } from '../../outcome.ts';
import { closeAgents, openAgents } from './agents.ts';
import { isBlockedLiteral } from '../../../lib/address-guard.ts';
import { connectionFailure } from './failure.ts';
import { readStart } from './read-start.ts';

/** What answers, or why nothing does, in words without secrets. */
export type Reached = { status: number; text: string } | { problem: string };

/**
 * Sends one request through the same guard as messages, and reads the beginning of its answer. What
 * the status means, the caller decides.
 */
export async function reach(
  url: URL,
  {
    method,
    allowPrivate,
    timeoutMs,
    headers = {},
  }: {
    method: 'GET' | 'HEAD';
    allowPrivate: boolean;
    timeoutMs: number;
    headers?: Record<string, string>;
  },
): Promise<Reached> {
  if (!allowPrivate && isBlockedLiteral(url))
    return { problem: failureText(failed('blocked_address')) };
  const agents = openAgents();
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const { body, statusCode } = await request(url, {
      method,
      dispatcher: allowPrivate ? agents.open : agents.guarded,
      headers,
      signal: timeout,
    });
    return { status: statusCode, text: await readStart(body) };
  } catch (thrown) {
    const outcome: FailedOutcome = timeout.aborted ? failed('timeout') : connectionFailure(thrown);
    return { problem: failureText(outcome) };
  } finally {
    await closeAgents(agents);
  }
}
