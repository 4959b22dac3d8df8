// How a source is told who asks. No other file puts a secret into a request.
import type { Auth } from '../config/config.ts';
import { makeSecret, type Secret } from '../lib/secret.ts';
import type { HttpRequest } from './exchange.ts';

/** Basic credentials as they go out, by the secret they are made of. */
const encoded = new WeakMap<Secret, Secret>();

function basicOf({ username, password }: Extract<Auth, { kind: 'basic' }>): Secret {
  let secret = encoded.get(password);
  if (secret === undefined) {
    const pair = Buffer.from(`${username}:${password.reveal()}`).toString('base64');
    encoded.set(password, (secret = makeSecret(pair)));
  }
  return secret;
}

/** A request with the credentials of its source. */
export function withCredentials(auth: Auth, request: HttpRequest): HttpRequest {
  const withHeader = (name: string, value: string): HttpRequest => ({
    ...request,
    headers: { ...request.headers, [name]: value },
  });
  switch (auth.kind) {
    case 'none':
      return request;
    case 'bearer':
      return withHeader('authorization', `Bearer ${auth.token.reveal()}`);
    case 'basic':
      return withHeader('authorization', `Basic ${basicOf(auth).reveal()}`);
    case 'header':
      return withHeader(auth.name, auth.token.reveal());
    case 'query': {
      const url = new URL(request.url);
      url.searchParams.set(auth.name, auth.token.reveal());
      return { ...request, url: url.href };
    }
  }
}

/** What must not come back from an answer into a row, a message or a log. */
export function secretsOfAuth(auth: Auth): readonly Secret[] {
  if (auth.kind === 'none') return [];
  return auth.kind === 'basic' ? [auth.password, basicOf(auth)] : [auth.token];
}
