/** What a tool is: one file under `servers/<server>/` exports one, and the server's `index.ts` lists it. */
import type { Milliseconds } from '../core/decision.ts';
import type { Json } from '../core/json.ts';
import type { Caller } from '../ports/access.ts';
import type { ApiReply, ApiRequest } from '../ports/api-call.ts';
import type { PolicyEngine } from '../ports/policy.ts';
import type { SchemaIssue } from '../ports/schemas.ts';
import type { ToolError } from './tool-error.ts';

export type JsonObject = { readonly [key: string]: Json };

/** All four, stated: a hint that is left out means its worst case to a client. */
export interface Hints {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  /** Leaves the cluster. */
  readonly openWorldHint: boolean;
}

/** Reads inside the cluster: most tools. */
export const READ_ONLY: Hints = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

export interface ToolLimits {
  /** Of one call, from admission to result. */
  readonly timeout: Milliseconds;
  /** Calls a minute of one caller in one tenant. */
  readonly perMinute: number;
  /** Calls under way in one tenant. */
  readonly atOnce: number;
  /** Of the result as JSON; a larger one is an error, never cut silently. */
  readonly resultBytes: number;
}

export const USUAL_LIMITS: ToolLimits = { timeout: 30_000, perMinute: 30, atOnce: 4, resultBytes: 262_144 };

/** A border of JSON Schema: arguments arrive checked against it, results leave checked against it. */
export interface ObjectSchema extends JsonObject {
  readonly type: 'object';
  readonly additionalProperties: false;
  readonly properties: JsonObject;
}

export interface ToolContext {
  readonly caller: Caller;
  /** The namespace in which the right to invoke was checked; absent: the whole cluster. */
  readonly namespace: string | undefined;
  /** Unix time at the start of the call. */
  readonly now: Milliseconds;
  /** The API server as the caller: a tool never has more rights than who called it. */
  readonly api: (request: Omit<ApiRequest, 'as' | 'signal'>) => Promise<ApiReply>;
  /** The gate's own engine and bundle. */
  readonly policy: PolicyEngine;
  /** For what comes from elsewhere than the arguments, and must have a shape before it is used. */
  readonly check: (schema: object, value: unknown) => readonly SchemaIssue[];
  readonly signal: AbortSignal;
}

export type ToolResult = { readonly content: JsonObject } | { readonly error: ToolError };

export interface Tool {
  /** snake_case; known outside as `<server>.<name>`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: ObjectSchema;
  readonly outputSchema: ObjectSchema;
  readonly annotations: Hints;
  readonly limits: ToolLimits;
  /** May throw `CodeError`s of the world; whatever else it throws is our bug and is told as one. */
  run(input: JsonObject, context: ToolContext): Promise<ToolResult>;
}

export interface ToolServer {
  readonly name: string;
  readonly title: string;
  /** In the order of `tools/list`. */
  readonly tools: readonly Tool[];
}

/** A tool whose `run` names the shape of its arguments. */
export interface TypedTool<Arguments> extends Omit<Tool, 'run'> {
  run(input: Arguments, context: ToolContext): Promise<ToolResult>;
}

export function tool<Arguments>(typed: TypedTool<Arguments>): Tool {
  // border: arguments reach `run` only after they passed `inputSchema`, which states this shape
  return { ...typed, run: (input, context) => typed.run(input as unknown as Arguments, context) };
}
