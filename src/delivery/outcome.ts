/**
 * What may come of one attempt. Each failure says when to try again, and whom it speaks against:
 *
 *   retry   schedule  the whole schedule of retry.ts
 *           few       four attempts within about 35 minutes: long enough for a deployment, then dead
 *           never     the same bytes would fail again: dead at once
 *           hold      nothing was tried with this message yet: it stays pending until the channel works
 *   blames  channel   counts towards the channel's circuit breaker, trouble message and disabling
 *           message   says nothing about other messages of the channel
 *
 * From alerting.md 2.4, with what it leaves open (other 4xx, 3xx) in the middle: few.
 */
export const FAILURES = {
  timeout: { retry: 'schedule', blames: 'channel', words: 'no complete answer in time' },
  connection: { retry: 'schedule', blames: 'channel', words: 'the connection failed' },
  dns: { retry: 'schedule', blames: 'channel', words: 'the host name was not found' },
  tls: { retry: 'schedule', blames: 'channel', words: 'no trusted TLS connection' },
  rate_limited: {
    retry: 'schedule',
    blames: 'channel',
    words: 'the receiver asks us to slow down',
  },
  server_error: {
    retry: 'schedule',
    blames: 'channel',
    words: 'the receiver has an error of its own',
  },
  redirect: {
    retry: 'few',
    blames: 'channel',
    words: 'the receiver redirects, which is never followed',
  },
  unauthorised: { retry: 'few', blames: 'channel', words: 'the receiver does not accept us' },
  not_found: { retry: 'few', blames: 'channel', words: 'the receiver knows no such address' },
  client_error: { retry: 'few', blames: 'channel', words: 'the receiver refuses the request' },
  refused: { retry: 'never', blames: 'message', words: 'the receiver refuses this message' },
  gone: { retry: 'never', blames: 'channel', words: 'the receiver says it is gone for good' },
  blocked_address: {
    retry: 'never',
    blames: 'channel',
    words: 'the address is not public; `allow_private: true` permits it',
  },
  smtp_unavailable: {
    retry: 'schedule',
    blames: 'channel',
    words: 'the mail server asks to try later',
  },
  smtp_unconfirmed: {
    retry: 'schedule',
    blames: 'channel',
    words: 'the mail was handed over, but not confirmed: it may arrive twice',
  },
  smtp_login: {
    retry: 'hold',
    blames: 'channel',
    words: 'the mail server does not accept the login',
  },
  smtp_tls: {
    retry: 'hold',
    blames: 'channel',
    words: 'no trusted TLS connection to the mail server',
  },
  smtp_setup: {
    retry: 'hold',
    blames: 'channel',
    words: 'the mail server refuses our sender or set-up',
  },
  recipient_deferred: {
    retry: 'schedule',
    blames: 'message',
    words: 'the mail server asks to try this recipient later',
  },
  recipient_refused: {
    retry: 'never',
    blames: 'message',
    words: 'the mail server refuses this recipient',
  },
  recipient_policy: {
    retry: 'schedule',
    blames: 'message',
    words:
      'the mail server refuses this recipient by its policy, which proves nothing of the address',
  },
  mailbox_full: {
    retry: 'schedule',
    blames: 'message',
    words: 'the mailbox of this recipient is full',
  },
  all_refused: {
    retry: 'hold',
    blames: 'channel',
    words: 'the mail server refuses every recipient of the channel',
  },
  message_refused: {
    retry: 'never',
    blames: 'message',
    words: 'the mail server refuses this message',
  },
  stopped: { retry: 'hold', blames: 'message', words: 'Tidemark was stopped while sending' },
} as const satisfies Record<
  string,
  { retry: 'schedule' | 'few' | 'never' | 'hold'; blames: 'channel' | 'message'; words: string }
>;

export type Failure = keyof typeof FAILURES;

/** What the other side answered, as far as it may be kept: without secrets, at most 2 KB. */
export type Answer = { statusCode: number | null; excerpt: string | null };

export type FailedOutcome = Answer & {
  kind: 'failed';
  failure: Failure;
  /** A short code or status; never a host, URL or address. */
  detail: string | null;
  /** How long the receiver asks us to wait; null when it does not say. */
  retryAfterMs: number | null;
};

export type Outcome = (Answer & { kind: 'delivered' }) | FailedOutcome;

/** A failure. What `rest` leaves out is not known. */
export function failed(
  failure: Failure,
  rest: Partial<Omit<FailedOutcome, 'kind' | 'failure'>> = {},
): FailedOutcome {
  return {
    kind: 'failed',
    failure,
    detail: null,
    statusCode: null,
    excerpt: null,
    retryAfterMs: null,
    ...rest,
  };
}

/**
 * `server_error: the receiver has an error of its own (HTTP 503)`: how rows, logs and messages say
 * it.
 */
export const failureText = ({
  failure,
  detail,
}: Pick<FailedOutcome, 'failure' | 'detail'>): string =>
  `${failure}: ${FAILURES[failure].words}${detail === null ? '' : ` (${detail})`}`;

/**
 * What a text of `failureText` tells of. Undefined when it is no such text, for example one of an
 * older version.
 */
export const failureOf = (text: string): (typeof FAILURES)[Failure] | undefined =>
  new Map<string, (typeof FAILURES)[Failure]>(Object.entries(FAILURES)).get(
    /^\w+/.exec(text)?.[0] ?? '',
  );
