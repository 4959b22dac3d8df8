import { BLOCKED_CODE } from '../../../lib/address-guard.ts';
import { failed, type FailedOutcome, type Failure } from '../../outcome.ts';

/** What each HTTP status means for the delivery and for its channel. */
export function failureOfStatus(status: number): Failure {
  if (status === 408) return 'timeout';
  if (status === 425 || status === 429) return 'rate_limited';
  if (status === 401 || status === 403) return 'unauthorised';
  if (status === 404) return 'not_found';
  if (status === 410) return 'gone';
  if ([400, 413, 415, 422].includes(status)) return 'refused';
  if (status >= 500) return 'server_error';
  return status < 400 ? 'redirect' : 'client_error';
}

const DNS_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME']);
const TIMEOUT_CODES = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);
const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;

/** Only the error's code is kept: its messages name hosts and addresses. */
export function connectionFailure(thrown: unknown): FailedOutcome {
  const code =
    thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
      ? thrown.code
      : 'unknown';
  if (code === BLOCKED_CODE) return failed('blocked_address');
  if (DNS_CODES.has(code)) return failed('dns', { detail: code });
  if (TIMEOUT_CODES.has(code)) return failed('timeout', { detail: code });
  return failed(TLS_CODE.test(code) ? 'tls' : 'connection', { detail: code });
}
