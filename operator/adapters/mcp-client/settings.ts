import type { Milliseconds } from '../../core/decision.ts';

export interface McpServerSettings {
  /** As specs name it. */
  readonly name: string;
  readonly url: string;
  /**
   * Ours: its hints and its typed errors are believed. A foreign server's hints may only raise our guard, so its calls are
   * never repeated, and its errors are text.
   */
  readonly trusted: boolean;
  /** Digest of each tool that may be called (`core/tool-digest.ts`); `first-use` pins what is seen first, in this process. */
  readonly pins: ReadonlyMap<string, string> | 'first-use';
  /** Audience of the calling ServiceAccount's token, for servers that know our cluster. */
  readonly tokenAudience?: string;
  /** The platform's own token for a foreign server, read at each call; without it and an audience no token is sent. */
  readonly bearer?: () => Promise<string>;
  readonly limits: McpLimits;
}

export interface McpLimits {
  readonly connectTimeout: Milliseconds;
  /** Of one attempt of a call; the step may allow less, never more. */
  readonly callTimeout: Milliseconds;
  readonly atOnce: number;
  readonly queued: number;
  /** Of any one response on the wire. */
  readonly responseBytes: number;
  /** Of a result as JSON. */
  readonly resultBytes: number;
  /** Of any list in a result. */
  readonly resultItems: number;
  readonly resultDepth: number;
}

export const USUAL_MCP_LIMITS: McpLimits = {
  connectTimeout: 5_000,
  callTimeout: 30_000,
  atOnce: 4,
  queued: 32,
  responseBytes: 1_048_576,
  resultBytes: 262_144,
  resultItems: 1_000,
  resultDepth: 32,
};
