/**
 * Every call of every tool of ours, in the order of tools.md section 4: validate, limit, gate, authorize, call, report.
 * Each stage can only refuse. Authentication came before it (`http.ts`), the words of MCP come after it (`protocol.ts`).
 */
import { asCodeError } from '../../api/errors.ts';
import type { Milliseconds } from '../../core/decision.ts';
import { toolDigest } from '../../core/tool-digest.ts';
import type { SchemaIssue } from '../../ports/schemas.ts';
import type { JsonObject, Tool, ToolResult, ToolServer } from '../tool.ts';
import { toolErrorOf } from '../tool-error.ts';
import { audited } from './audited.ts';
import { CallLimits } from './call-limits.ts';
import { checkResult } from './check-result.ts';
import type { InvokeDoors } from './doors.ts';
import { deniedByPolicy, forbiddenByRbac, rateLimited } from './refusals.ts';
import { runTool } from './run-tool.ts';
import { scopeOf } from './scope-of.ts';
import { type Invocation, type InvokableTool, statusOf, type ToolEntry, type UnderWay } from './under-way.ts';

export function invokableTools(servers: readonly ToolServer[], doors: InvokeDoors): readonly InvokableTool[] {
  const limits = new CallLimits();
  return servers.flatMap((server) => server.tools.map((tool) => invokable(server.name, tool, limits, doors)));
}

function invokable(server: string, tool: Tool, limits: CallLimits, doors: InvokeDoors): InvokableTool {
  const entry: ToolEntry = {
    server,
    tool,
    name: `${server}.${tool.name}`,
    digest: toolDigest(tool),
    wrongArguments: doors.schemas.compile(tool.inputSchema),
    wrongResult: doors.schemas.compile(tool.outputSchema),
  };
  return { server, tool, invoke: (call) => invoke({ entry, call, scope: scopeOf(call, doors) }, limits, doors) };
}

async function invoke(underWay: UnderWay, limits: CallLimits, doors: InvokeDoors): Promise<Invocation> {
  const started = doors.clock.monotonic();
  const invocation = await stages(underWay, limits, doors).catch((thrown: unknown) => failed(underWay, thrown, doors));
  report(underWay, statusOf(invocation), doors.clock.monotonic() - started, doors);
  return invocation;
}

async function stages(underWay: UnderWay, limits: CallLimits, doors: InvokeDoors): Promise<Invocation> {
  const { entry, call, scope } = underWay;
  const invalid: readonly SchemaIssue[] = entry.wrongArguments(call.arguments);
  if (invalid.length > 0) return { invalid };
  const input = call.arguments as JsonObject; // border: `inputSchema` is of type object, and it held

  const who = { tenant: scope.tenant, user: call.caller.user, tool: entry.name };
  const admission = limits.admit(who, entry.tool.limits, doors.clock.now());
  if (!admission.admitted) return rateLimited(admission);
  try {
    return (
      deniedByPolicy(underWay, input, doors) ??
      (await forbiddenByRbac(underWay, doors)) ??
      (await audited(underWay, input, doors, () => answerOf(underWay, input, doors)))
    );
  } finally {
    admission.release();
  }
}

function answerOf(underWay: UnderWay, input: JsonObject, doors: InvokeDoors): Promise<ToolResult> {
  return runTool(underWay, input, doors).then(
    (result) => checkResult(underWay.entry, result, doors.log),
    (thrown: unknown) => failed(underWay, thrown, doors),
  );
}

/** What went wrong inside us is for our log; the caller is told that it did. */
function failed({ entry }: UnderWay, thrown: unknown, { log }: InvokeDoors): ToolResult {
  const error = toolErrorOf(thrown);
  if (error.type === 'Bug') log.error('a tool failed', { tool: entry.name, reason: asCodeError(thrown).message });
  return { error };
}

function report(
  { entry, call, scope }: UnderWay,
  status: string,
  took: Milliseconds,
  { metrics, log }: InvokeDoors,
): void {
  const { server, tool } = entry;
  metrics.count('mcp_tool_calls_total', { server, tool: tool.name, status, tenant: scope.countedAs });
  log.info('tool call', {
    server,
    tool: tool.name,
    status,
    user: call.caller.user,
    namespace: scope.namespace,
    key: call.key,
    durationMilliseconds: Math.round(took),
  });
}
