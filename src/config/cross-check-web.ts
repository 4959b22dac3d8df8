// Problems of `web` that show only when several of its keys are seen together.
import { parseListenAddress, type ListenAddress } from '../lib/listen-address.ts';
import type { Problem } from './problem.ts';
import { isMapping, valueAt } from './raw.ts';

/** Can it be reached from this machine only? */
export const isLoopback = ({ host }: ListenAddress): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host);

const WAYS = ['password_hash', 'viewer_password_hash', 'header'] as const;

/** An address that others can reach without any log-in, and log-ins that cannot work. */
export function webProblems(web: unknown): Problem[] {
  if (!isMapping(web)) return [];
  const given = web['listen'];
  const listen =
    typeof given === 'string' || typeof given === 'number'
      ? parseListenAddress(String(given))
      : undefined;
  const auth = valueAt(web, ['auth']) ?? null;
  if (auth === null)
    return listen === undefined || isLoopback(listen)
      ? []
      : [
          {
            path: ['web', 'listen'],
            text: 'is reached from other machines, so it needs `auth: { password_hash: … }` below web; `tidemark web password` prints it',
          },
        ];
  if (!isMapping(auth)) return [];
  return [...wayProblems(auth), ...proxyProblems(auth, web['trusted_proxies'])];
}

function wayProblems(auth: Record<string, unknown>): Problem[] {
  const hasTokens = auth['tokens'] === true || auth['tokens'] === 'true';
  if (hasTokens || WAYS.some((key) => (auth[key] ?? null) !== null)) return [];
  return [
    {
      path: ['web', 'auth'],
      text: 'lets nobody in: give password_hash (`tidemark web password` prints it), header, or tokens: true',
    },
  ];
}

function proxyProblems(auth: Record<string, unknown>, proxies: unknown): Problem[] {
  if ((auth['header'] ?? null) === null) return [];
  if (Array.isArray(proxies) && proxies.length > 0) return [];
  return [
    {
      path: ['web', 'auth', 'header'],
      text: 'needs trusted_proxies below web: whoever else sends the header could be anybody',
    },
  ];
}
