/** Our MCP servers, in the order of their documentation. */
import { kubernetes } from './kubernetes/index.ts';
import { policy } from './policy/index.ts';
import { security } from './security/index.ts';
import type { ToolServer } from './tool.ts';

export const servers: readonly ToolServer[] = [kubernetes, security, policy];
