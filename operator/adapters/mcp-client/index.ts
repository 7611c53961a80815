/** Hands of `ports/tools.ts`: the MCP client. */

export { foreignServers } from './foreign-servers.ts';
export type { McpClientDoors } from './server.ts';
export { type McpLimits, type McpServerSettings, USUAL_MCP_LIMITS } from './settings.ts';
export { mcpToolCaller } from './tool-caller.ts';
