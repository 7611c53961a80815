import type { Json } from '../core/json.ts';
import type { Caller } from './access.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  /** Absolute, already escaped: `/api/v1/namespaces/acme/pods/web`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** Impersonate this user; absent: the operator's own identity. */
  readonly as?: Caller;
  readonly signal: AbortSignal;
}

export interface ApiReply {
  readonly status: number;
  /** The JSON body; a `Status` object for refusals. */
  readonly body: unknown;
}

/**
 * One exchange with the API server for what no room's cache holds: reviews, tokens, reads as somebody else. Resolves with
 * whatever status below 500 the server answered.
 * @throws Upstream (5xx, 429, no connection), Aborted.
 */
export type ApiCall = (request: ApiRequest) => Promise<ApiReply>;
