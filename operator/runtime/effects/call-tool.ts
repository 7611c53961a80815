import type { ToolCaller } from '../../ports/tools.ts';
import type { Performer } from '../perform.ts';

/** One call of an MCP tool, with its own deadline; the intent was recorded by an earlier pass under the same key. */
export function callTool(tools: ToolCaller): Performer<'call-tool'> {
  return (action, { signal, lend }) =>
    lend(() => tools.call(action, AbortSignal.any([signal, AbortSignal.timeout(action.timeout)])));
}
