import type { CallTool, Outcomes } from '../core/action.ts';

/**
 * Calls MCP tools. The same key in the same process returns the first outcome again. Resolves with `failed` for a tool
 * that answers an error, `unknown` where the reply was lost and the tool is not known to be idempotent.
 * @throws Denied (caller may not invoke it), InvalidSpec (unknown server or tool, arguments that break the schema),
 * Upstream (server out of reach, breaker open), Aborted.
 */
export interface ToolCaller {
  call(action: CallTool, signal: AbortSignal): Promise<Outcomes['call-tool']>;
}
