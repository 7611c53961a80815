import { digest } from '../../core/hash.ts';
import type { AuditRecord } from '../../ports/audit.ts';
import type { JsonObject, ToolResult } from '../tool.ts';
import type { InvokeDoors } from './doors.ts';
import { statusOf, type UnderWay } from './under-way.ts';

/** The intent is durable before the tool runs, the outcome before its caller hears of it. @throws Upstream `AuditDown`. */
export async function audited(
  underWay: UnderWay,
  input: JsonObject,
  { audit, clock }: InvokeDoors,
  run: () => Promise<ToolResult>,
): Promise<ToolResult> {
  const at = (): string => new Date(clock.now()).toISOString();
  const known = facts(underWay, input);
  await audit.append({ ...known, stage: 'intent', at: at() });
  const result = await run();
  await audit.append({ ...known, stage: 'outcome', outcome: statusOf(result), at: at() });
  return result;
}

function facts({ entry, call, scope }: UnderWay, input: JsonObject): Omit<AuditRecord, 'stage' | 'at'> {
  const { namespace } = scope;
  return {
    room: 'tool',
    step: 'invoke',
    object: { kind: 'Tool', name: entry.name, ...(namespace === undefined ? {} : { namespace }) },
    actor: call.caller.user,
    action: 'call-tool',
    inputDigest: digest(input),
    ...(call.key === undefined ? {} : { key: call.key }),
  };
}
