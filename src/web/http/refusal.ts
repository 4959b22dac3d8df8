/** A refusal with its HTTP status: who it is was not said, is not enough, or was tried too often. */
export class Refusal extends Error {
  readonly status: 400 | 401 | 403 | 404 | 413 | 429 | 503;
  readonly hint: string | undefined;
  /** Of 429 and 503, in seconds. */
  readonly retryAfter: number | undefined;

  constructor(
    status: Refusal['status'],
    message: string,
    options: { hint?: string; retryAfter?: number } = {},
  ) {
    super(message);
    this.status = status;
    this.hint = options.hint;
    this.retryAfter = options.retryAfter;
  }
}
