import { InvalidSpec } from '../../api/errors.ts';
import type { Outcomes } from '../../core/action.ts';
import { digest } from '../../core/hash.ts';
import type { ToolCaller } from '../../ports/tools.ts';
import { Memo } from './memo.ts';
import { type McpClientDoors, McpServer } from './server.ts';
import type { McpServerSettings } from './settings.ts';

/** Outcomes kept in this process, so that a pass that runs again does not call again. */
const OUTCOMES_KEPT = 1_000;

/** Calls tools of the configured servers over Streamable HTTP, in both eras of the protocol. */
export function mcpToolCaller(servers: readonly McpServerSettings[], doors: McpClientDoors): ToolCaller {
  const known = new Map(servers.map((settings) => [settings.name, new McpServer(settings, doors)]));
  const outcomes = new Memo<Outcomes['call-tool']>(OUTCOMES_KEPT);
  return {
    async call(action, signal) {
      const server = known.get(action.server);
      if (server === undefined) {
        const names = [...known.keys()].join(', ') || 'none';
        throw new InvalidSpec('UnknownServer', `no MCP server is named ${action.server}; configured: ${names}`);
      }
      if (action.readOnly === true) return server.call(action, signal);
      const { key, server: serverName, tool, arguments: input, as } = action;
      // The key alone would do, but for a caller that uses one twice: what was asked belongs to it.
      const asked = digest({ key, serverName, tool, input, as });
      return outcomes.get(asked, () => server.call(action, signal));
    },
  };
}
