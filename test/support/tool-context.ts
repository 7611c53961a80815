import { ajvSchemas } from '../../operator/adapters/schemas.ts';
import type { ToolContext } from '../../operator/servers/tool.ts';
import { ALLOW, TENANT } from './tool-service.ts';

const schemas = ajvSchemas();

/** What a tool is given when the tenant of namespace `acme` calls it in a cluster that holds nothing. */
export function toolContext(changes: Partial<ToolContext> = {}): ToolContext {
  return {
    caller: TENANT,
    namespace: 'acme',
    now: Date.UTC(2026, 0, 1),
    api: async () => ({ status: 404, body: { message: 'not found' } }),
    policy: { bundle: 'scripted', decide: () => ALLOW },
    check: (schema, value) => schemas.compile(schema)(value),
    signal: new AbortController().signal,
    ...changes,
  };
}
