import { Bug, type CodeError, Conflict, Denied, InvalidSpec, NotFound, Upstream } from '../api/errors.ts';
import type { Milliseconds } from '../core/decision.ts';
import { retryAfterOf } from './retry-after.ts';
import type { ApiAnswer } from './transport.ts';

/** What was asked for, in the words of RBAC. */
export interface Asked {
  /** `get`, `list`, `watch`, `create`, `patch`, `delete`, `apply` */
  readonly verb: string;
  /** `replicasets.apps`, `deployments.code-engine.dev/status` */
  readonly resource: string;
  /** `namespace/name`; absent for a list. */
  readonly key?: string;
}

/** metav1.Status, as far as it is used: a border, read field by field. */
interface Status {
  readonly message: string;
  readonly reason: string;
}

/** Server-side apply of a field that the schema lacks, or of a wrong type, is answered 500: the object is wrong, not the server. */
const UNTYPED_APPLY = /^failed to create typed patch object/;

/** A status of 400 or more as a typed error with the server's own words. */
export function apiError(answer: ApiAnswer, asked: Asked, now: Milliseconds): CodeError {
  const { message, reason } = statusOf(answer);
  const what = `${asked.verb} ${asked.resource}${asked.key === undefined ? '' : ` ${asked.key}`}`;
  const refused = `could not ${what}: ${message}`;
  if (answer.status === 500 && UNTYPED_APPLY.test(message)) return new InvalidSpec('Invalid', refused);
  switch (answer.status) {
    case 400:
    case 413:
    case 422:
      return new InvalidSpec(reason || 'Invalid', refused);
    case 401:
      // Not a refusal of the work: it goes on as soon as there are credentials that the server accepts.
      return new Upstream(
        'Unauthorized',
        `could not ${what}: the API server does not accept the operator's credentials; renew its token`,
      );
    case 403:
      return new Denied('Forbidden', refused);
    case 404:
      return new NotFound(reason || 'NotFound', refused);
    case 409:
      return new Conflict(reason || 'Conflict', refused);
    case 410:
      return new Upstream('Expired', refused);
    default: {
      if (answer.status !== 429 && answer.status < 500) return new Bug(`Status${answer.status}`, refused);
      const after = retryAfterOf(answer.headers, now);
      return new Upstream(
        reason || (answer.status === 429 ? 'TooManyRequests' : 'ServerError'),
        refused,
        after === undefined ? {} : { afterMilliseconds: after },
      );
    }
  }
}

function statusOf(answer: ApiAnswer): Status {
  const { body } = answer;
  if (typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string') {
    return { message: body.message, reason: 'reason' in body && typeof body.reason === 'string' ? body.reason : '' };
  }
  const text = typeof body === 'string' && body !== '' ? body.slice(0, 500) : 'no reason was given';
  return { message: `${text} (status ${answer.status})`, reason: '' };
}
