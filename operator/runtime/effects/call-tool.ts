import type { ToolCaller } from '../../ports/tools.ts';
import type { Performer } from '../perform.ts';

/**
 * One call of an MCP tool; the intent was recorded by an earlier pass under the same key. Only the caller's own deadline tells
 * whether the tool may have begun: one of ours beside it would turn that into a call that may be made again.
 */
export function callTool(tools: ToolCaller): Performer<'call-tool'> {
  return (action, { signal, lend }) => lend(() => tools.call(action, signal));
}
