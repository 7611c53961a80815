/** Our MCP servers, in the order of their documentation. */
import { security } from './security/index.ts';
import type { ToolServer } from './tool.ts';

export const servers: readonly ToolServer[] = [security];
