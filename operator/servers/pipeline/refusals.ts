/** The stages that may say no; `undefined` lets the call go on. */
import type { Milliseconds } from '../../core/decision.ts';
import type { JsonObject, ToolResult } from '../tool.ts';
import { askToolPolicy } from './ask-tool-policy.ts';
import type { InvokeDoors } from './doors.ts';
import type { UnderWay } from './under-way.ts';

export function rateLimited({
  message,
  after,
}: {
  readonly message: string;
  readonly after: Milliseconds;
}): ToolResult {
  const remedy = 'call again after the time given';
  return { error: { type: 'RateLimited', message, after, retryable: true, remedy } };
}

export function deniedByPolicy(
  { entry, call, scope }: UnderWay,
  input: JsonObject,
  doors: InvokeDoors,
): ToolResult | undefined {
  const { server, tool, name, digest } = entry;
  const { namespace } = scope;
  const question = {
    user: call.caller.user,
    namespace,
    tenant: namespace === undefined ? undefined : doors.tenantOf(namespace),
    server,
    tool: tool.name,
    arguments: input,
    digest,
    hints: tool.annotations,
  };
  const verdict = askToolPolicy(doors.policy, question, doors.clock.now());
  if (verdict.allowed) return undefined;
  const message = `policy ${verdict.rule} denies ${name}: ${verdict.message}`;
  return { error: { type: 'PolicyDenied', message, retryable: false, remedy: verdict.remedy } };
}

export async function forbiddenByRbac(
  { entry, call, scope }: UnderWay,
  doors: InvokeDoors,
): Promise<ToolResult | undefined> {
  const { name } = entry;
  const { namespace } = scope;
  if (await doors.access.mayInvoke(call.caller, namespace, name, call.signal)) return undefined;
  const where = namespace === undefined ? 'in the cluster' : `in namespace ${namespace}`;
  const message = `${call.caller.user} may not invoke ${name} ${where}`;
  const remedy = `grant verb invoke on tools.code-engine.dev, resourceNames [${name}]`;
  return { error: { type: 'Forbidden', message, retryable: false, remedy } };
}
