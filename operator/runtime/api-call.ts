import { Denied } from '../api/errors.ts';
import { TENANT_SERVICE_ACCOUNT } from '../api/names.ts';
import type { Identity } from '../core/action.ts';
import type { Caller } from '../ports/access.ts';
import type { ApiCall } from '../ports/api-call.ts';
import type { Clock } from '../ports/clock.ts';
import { apiError } from './api-error.ts';
import type { Transport } from './transport.ts';

/** Single exchanges for what no cache holds: reviews and tokens as the operator, reads of tools as their caller. */
export function apiCallOver(transport: Transport, clock: Clock): ApiCall {
  return async ({ method, path, query, body, as, signal }) => {
    const answer = await transport.call({
      method,
      path,
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body: JSON.stringify(body), contentType: 'application/json' }),
      ...(as === undefined ? {} : { as: identityOf(as) }),
      controller: 'tools',
      kind: 'call',
      lane: 'calls',
      signal,
    });
    if (answer.status >= 500 || answer.status === 429) {
      throw apiError(answer, { verb: method.toLowerCase(), resource: path, key: path }, clock.now());
    }
    return { status: answer.status, body: answer.body };
  };
}

/**
 * The operator may impersonate the tenants' own ServiceAccounts and nobody else: a tool that reads as its caller works for
 * them, and refuses everybody else rather than reading with more rights than they have.
 */
function identityOf({ user }: Caller): Identity {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  if (namespace === undefined || name !== TENANT_SERVICE_ACCOUNT) {
    const message = `this tool reads as its caller, which is only possible for ServiceAccount ${TENANT_SERVICE_ACCOUNT}, not for ${user}`;
    throw new Denied('CallerNotImpersonable', message);
  }
  return { kind: 'service-account', namespace, name };
}
