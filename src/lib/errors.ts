/**
 * Failures that the reader can do something about. Anything else that is thrown is a bug, and is
 * shown with its stack.
 */
export type ErrorCode =
  | 'config_invalid'
  | 'usage'
  | 'not_found'
  | 'database_newer'
  | 'database_unusable'
  | 'file_unusable'
  | 'already_running'
  | 'address_unusable'
  | 'source_unavailable'
  | 'query_refused'
  | 'import_refused';

/** An expected failure: what happened, and in `hint` what to do next. Never holds a secret. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint;
  }
}

/** The message of anything that was thrown. */
export const messageOf = (thrown: unknown): string =>
  thrown instanceof Error ? thrown.message : String(thrown);
