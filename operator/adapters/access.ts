import { createHash } from 'node:crypto';
import { Upstream } from '../api/errors.ts';
import { GROUP } from '../api/names.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { Access, Caller } from '../ports/access.ts';
import type { ApiCall, ApiReply } from '../ports/api-call.ts';
import type { Clock } from '../ports/clock.ts';

/** How long a review is believed: a revoked token or right works no longer than this. */
const BELIEVED: Milliseconds = 10_000;
const REVIEWS_KEPT = 2_000;

interface TokenReviewed {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly audiences?: readonly string[];
    readonly user?: {
      readonly username?: string;
      readonly uid?: string;
      readonly groups?: readonly string[];
      readonly extra?: Readonly<Record<string, readonly string[]>>;
    };
  };
}

interface AccessReviewed {
  readonly status?: { readonly allowed?: boolean };
}

/** Kubernetes as the judge of who calls and what they may invoke: TokenReview and SubjectAccessReview, as the operator. */
export function kubernetesAccess(api: ApiCall, clock: Clock): Access {
  const callers = new Fresh<Caller>(clock);
  const grants = new Fresh<true>(clock);
  return {
    async tokenReview(token, audience, signal) {
      const key = createHash('sha256')
        .update(JSON.stringify([audience, token]))
        .digest('hex');
      const believed = callers.get(key);
      if (believed !== undefined) return believed;
      const review = await create<TokenReviewed>(api, signal, '/apis/authentication.k8s.io/v1/tokenreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec: { token, audiences: [audience] },
      });
      const caller = callerOf(review, audience);
      if (caller !== undefined) callers.set(key, caller);
      return caller;
    },

    async mayInvoke(caller, namespace, tool, signal) {
      const attributes = {
        group: GROUP,
        resource: 'tools',
        verb: 'invoke',
        name: tool,
        ...(namespace === undefined ? {} : { namespace }),
      };
      const key = JSON.stringify([caller, attributes]);
      if (grants.get(key)) return true;
      const { user, groups, uid, extra } = caller;
      const review = await create<AccessReviewed>(api, signal, '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user, groups, extra, ...(uid === undefined ? {} : { uid }), resourceAttributes: attributes },
      });
      if (review.status?.allowed !== true) return false;
      grants.set(key, true);
      return true;
    },
  };
}

/** An audience that the API server does not confirm is no audience: such a token was made for somebody else. */
function callerOf({ status }: TokenReviewed, audience: string): Caller | undefined {
  const user = status?.user?.username;
  if (status?.authenticated !== true || user === undefined || !status.audiences?.includes(audience)) return undefined;
  const { uid, groups = [], extra = {} } = status.user ?? {};
  return { user, groups, extra, ...(uid === undefined ? {} : { uid }) };
}

async function create<T>(
  api: ApiCall,
  signal: AbortSignal,
  path: string,
  body: Parameters<ApiCall>[0]['body'] & object,
): Promise<T> {
  const reply = await api({ method: 'POST', path, body, signal });
  if (reply.status !== 200 && reply.status !== 201) throw refused(path, reply);
  return reply.body as T; // border: the API server's own kinds, every member optional and checked where it is read
}

/** Not `Denied`: it is the operator that lacks a right, and the caller must not be told that he does. */
const refused = (path: string, { status }: ApiReply): Upstream =>
  new Upstream(
    'ReviewRefused',
    `the API server answered ${status} to ${path}; does the operator's role let it create reviews?`,
  );

/** Yeses only, for a short time: a no is asked again at once, so that a new grant works at once. */
class Fresh<T> {
  readonly #clock: Clock;
  readonly #kept = new Map<string, { readonly value: T; readonly until: Milliseconds }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string): T | undefined {
    const found = this.#kept.get(key);
    return found !== undefined && this.#clock.monotonic() < found.until ? found.value : undefined;
  }

  set(key: string, value: T): void {
    this.#kept.delete(key);
    this.#kept.set(key, { value, until: this.#clock.monotonic() + BELIEVED });
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > REVIEWS_KEPT && !oldest.done) this.#kept.delete(oldest.value);
  }
}
