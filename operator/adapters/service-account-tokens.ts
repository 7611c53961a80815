import { Denied, Upstream } from '../api/errors.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { ApiCall } from '../ports/api-call.ts';
import type { Clock } from '../ports/clock.ts';
import type { ServiceAccountName, TokenSource } from '../ports/tokens.ts';

/** The shortest life that the API server grants. */
const LIFE_SECONDS = 600;
/** Part of its life in which a token is used: the rest is for calls under way and clocks that differ. */
const USED = 0.8;
const TOKENS_KEPT = 2_000;

interface Kept {
  readonly token: Promise<string>;
  readonly until: Milliseconds;
}

/** TokenRequest, as the operator, for one ServiceAccount and one audience at a time. */
export function serviceAccountTokens(api: ApiCall, clock: Clock): TokenSource {
  const kept = new Map<string, Kept>();
  const keyOf = ({ namespace, name }: ServiceAccountName, audience: string): string =>
    JSON.stringify([namespace, name, audience]);
  return {
    token(account, audience, signal) {
      const key = keyOf(account, audience);
      const found = kept.get(key);
      if (found !== undefined && clock.monotonic() < found.until) return found.token;
      const token = request(api, account, audience, signal);
      kept.delete(key);
      kept.set(key, { token, until: clock.monotonic() + LIFE_SECONDS * 1000 * USED });
      token.catch(() => {
        if (kept.get(key)?.token === token) kept.delete(key);
      });
      const oldest = kept.keys().next();
      if (kept.size > TOKENS_KEPT && !oldest.done) kept.delete(oldest.value);
      return token;
    },
    forget: (account, audience) => {
      kept.delete(keyOf(account, audience));
    },
  };
}

async function request(
  api: ApiCall,
  { namespace, name }: ServiceAccountName,
  audience: string,
  signal: AbortSignal,
): Promise<string> {
  const reply = await api({
    method: 'POST',
    path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/${encodeURIComponent(name)}/token`,
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { audiences: [audience], expirationSeconds: LIFE_SECONDS },
    },
    signal,
  });
  const who = `ServiceAccount ${namespace}/${name}`;
  if (reply.status === 404) throw new Denied('NoServiceAccount', `could not call a tool: ${who} does not exist`);
  if (reply.status === 403)
    throw new Denied('NoIdentity', `the operator may not ask for a token of ${who}; bind code:tenant-identity there`);
  const token = tokenOf(reply.body);
  if (token === undefined)
    throw new Upstream('NoToken', `the API server gave no token of ${who} (status ${reply.status})`);
  return token;
}

function tokenOf(body: unknown): string | undefined {
  if (body === null || typeof body !== 'object' || !('status' in body)) return undefined;
  const { status } = body;
  if (status === null || typeof status !== 'object' || !('token' in status)) return undefined;
  return typeof status.token === 'string' && status.token !== '' ? status.token : undefined;
}
