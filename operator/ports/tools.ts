import type { CallTool, Outcomes } from '../core/action.ts';

/**
 * Calls MCP tools. The same key in the same process returns the first outcome again. It ends by itself: each attempt has
 * `timeout`. Resolves with `failed` for a tool that answers an error, and for an idempotent one that answers in none of its
 * attempts; with `unknown` where the reply was lost, or not waited for, and the tool is not known to be idempotent.
 * @throws Denied (caller may not invoke it), InvalidSpec (unknown server or tool, arguments that break the schema),
 * Upstream (server out of reach, breaker open), Aborted.
 */
export interface ToolCaller {
  call(action: CallTool, signal: AbortSignal): Promise<Outcomes['call-tool']>;
}
