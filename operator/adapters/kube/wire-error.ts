import { Aborted, CodeError, Upstream } from '../../api/errors.ts';

/** Failures of a connection that was never made: the server cannot have seen the request. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** Whatever undici threw, as one of ours. Only its code is repeated: a message might quote a header. */
export function wireError(thrown: unknown, signal: AbortSignal): CodeError {
  if (signal.aborted) return abortion(signal);
  if (thrown instanceof CodeError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown cause';
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    return new Upstream(
      'ConnectTimeout',
      'the API server accepted no connection in time: check its address and the network',
    );
  }
  if (NEVER_SENT.has(code)) {
    return new Upstream(
      'ConnectFailed',
      `could not connect to the API server (${code}): check its address, its certificate and the network`,
    );
  }
  return new Upstream('ConnectionLost', `the connection to the API server was lost (${code})`);
}

function abortion(signal: AbortSignal): CodeError {
  const reason: unknown = signal.reason;
  return reason instanceof CodeError
    ? reason
    : new Aborted('Aborted', 'the call was stopped before its answer came', reason);
}
