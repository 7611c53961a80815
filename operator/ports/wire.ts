/** One HTTP exchange with the API server, without any policy: retries, deadlines and credentials are the transport's. */

export interface WireCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `calls` at most 32 connections, `watch` one per reflector, `lease` one of its own, never behind work. */
  readonly lane: 'calls' | 'watch' | 'lease';
  readonly signal: AbortSignal;
}

export interface WireReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Lines of a watch stream as they arrive; ends at the end of the stream, throws on a reset. */
  lines(): AsyncIterable<string>;
  json(): Promise<unknown>;
  text(): Promise<string>;
}

/**
 * @throws Upstream `ConnectTimeout` or `ConnectFailed` (the request was never sent), `ConnectionLost` (it may have been
 * processed), `ReplyTooLarge`, `CredentialsUnavailable`; Aborted. Reading the reply throws the same.
 */
export interface Wire {
  exchange(call: WireCall): Promise<WireReply>;
  /** Drops every cached credential and obtains new ones: for a call that was answered 401. */
  renew(): Promise<void>;
}
