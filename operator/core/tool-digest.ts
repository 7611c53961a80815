import { digest } from './hash.ts';

/** The parts of an MCP tool that its pin covers: everything a caller, a model or a policy relies on. */
export interface ToolShape {
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: unknown;
  readonly outputSchema?: unknown;
  readonly annotations?: unknown;
}

/** SHA-256 over the canonical JSON of a tool's shape: key order changes nothing, one byte does (CVE-2025-54136). */
export function toolDigest(tool: ToolShape): string {
  const { name, title, description, inputSchema, outputSchema, annotations } = tool;
  return digest({ name, title, description, inputSchema, outputSchema, annotations });
}
