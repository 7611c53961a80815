import type { Caller } from '../../ports/access.ts';
import type { SchemaIssue } from '../../ports/schemas.ts';
import type { Tool, ToolResult } from '../tool.ts';
import type { Scope } from './scope-of.ts';

export interface ToolCall {
  readonly caller: Caller;
  readonly arguments: unknown;
  /** The caller's idempotency key, where it sent one. */
  readonly key: string | undefined;
  readonly signal: AbortSignal;
}

export type Invocation = { readonly invalid: readonly SchemaIssue[] } | ToolResult;

export interface InvokableTool {
  readonly server: string;
  readonly tool: Tool;
  /** Never rejects: whatever happens is an answer. */
  invoke(call: ToolCall): Promise<Invocation>;
}

/** A tool with what is made of it once, when the servers are built. */
export interface ToolEntry {
  readonly server: string;
  readonly tool: Tool;
  /** `<server>.<tool>` */
  readonly name: string;
  /** As it is pinned. */
  readonly digest: string;
  readonly wrongArguments: (input: unknown) => readonly SchemaIssue[];
  readonly wrongResult: (content: unknown) => readonly SchemaIssue[];
}

/** One call on its way through the stages. */
export interface UnderWay {
  readonly entry: ToolEntry;
  readonly call: ToolCall;
  readonly scope: Scope;
}

/** In one word of a closed set: for metrics, log and audit trail. */
export function statusOf(invocation: Invocation): string {
  if ('invalid' in invocation) return 'Invalid';
  return 'error' in invocation ? invocation.error.type : 'Succeeded';
}
