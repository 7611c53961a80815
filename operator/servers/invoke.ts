/**
 * Every call of every tool of ours, in the order of tools.md section 4: validate, limit, gate, authorize, call, report.
 * Each stage can only refuse. Authentication came before it (`http.ts`), protocol words come after it (`protocol.ts`).
 */
import { Aborted, asCodeError } from '../api/errors.ts';
import type { Milliseconds } from '../core/decision.ts';
import { digest } from '../core/hash.ts';
import { toolDigest } from '../core/tool-digest.ts';
import type { Access, Caller } from '../ports/access.ts';
import type { ApiCall } from '../ports/api-call.ts';
import type { Audit, AuditRecord } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { PolicyEngine } from '../ports/policy.ts';
import type { SchemaIssue, Schemas } from '../ports/schemas.ts';
import { askToolPolicy } from './ask-tool-policy.ts';
import { CallLimits } from './call-limits.ts';
import { redact } from './redact.ts';
import type { JsonObject, Tool, ToolResult, ToolServer } from './tool.ts';
import { type ToolError, toolErrorOf } from './tool-error.ts';

export interface InvokeDoors {
  readonly access: Access;
  readonly api: ApiCall;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly policy: PolicyEngine;
  readonly schemas: Schemas;
  /** What policies may know of the Tenant that owns a namespace. */
  readonly tenantOf: (namespace: string) => (JsonObject & { readonly name: string }) | undefined;
}

export interface ToolCall {
  readonly caller: Caller;
  readonly arguments: unknown;
  /** The caller's idempotency key, where it sent one. */
  readonly key: string | undefined;
  readonly signal: AbortSignal;
}

export type Invocation = { readonly invalid: readonly SchemaIssue[] } | ToolResult;

/** The validators of one tool are compiled once, when the server is built. */
export interface InvokableTool {
  readonly server: string;
  readonly tool: Tool;
  invoke(call: ToolCall): Promise<Invocation>;
}

export function invokableTools(servers: readonly ToolServer[], doors: InvokeDoors): readonly InvokableTool[] {
  const limits = new CallLimits();
  return servers.flatMap((server) => server.tools.map((tool) => invokable(server.name, tool, limits, doors)));
}

function invokable(server: string, tool: Tool, limits: CallLimits, doors: InvokeDoors): InvokableTool {
  const name = `${server}.${tool.name}`;
  const wrongArguments = doors.schemas.compile(tool.inputSchema);
  const wrongResult = doors.schemas.compile(tool.outputSchema);
  const pin = toolDigest(tool);

  const invoke = async (call: ToolCall): Promise<Invocation> => {
    const started = doors.clock.monotonic();
    const scope = scopeOf(call, doors);
    const invocation = await refusedOrCalled(call, scope).catch((thrown: unknown): ToolResult => failed(thrown));
    report(call, scope, statusOf(invocation), doors.clock.monotonic() - started);
    return invocation;
  };

  const refusedOrCalled = async (call: ToolCall, scope: Scope): Promise<Invocation> => {
    const invalid = wrongArguments(call.arguments);
    if (invalid.length > 0) return { invalid };
    const input = call.arguments as JsonObject; // border: `inputSchema` is of type object, and it held
    const admission = limits.admit(
      { tenant: scope.tenant, user: call.caller.user, tool: name },
      tool.limits,
      doors.clock.now(),
    );
    if (!admission.admitted) {
      const { message, after } = admission;
      return refused({
        type: 'RateLimited',
        message,
        after,
        retryable: true,
        remedy: 'call again after the time given',
      });
    }
    try {
      return (await mayNot(call, input, scope)) ?? (await audited(call, input, scope));
    } finally {
      admission.release();
    }
  };

  const mayNot = async (call: ToolCall, input: JsonObject, scope: Scope): Promise<ToolResult | undefined> => {
    const { namespace } = scope;
    const question = {
      user: call.caller.user,
      namespace,
      tenant: namespace === undefined ? undefined : doors.tenantOf(namespace),
      server,
      tool: tool.name,
      arguments: input,
      digest: pin,
      hints: tool.annotations,
    };
    const verdict = askToolPolicy(doors.policy, question, doors.clock.now());
    if (!verdict.allowed) {
      const message = `policy ${verdict.rule} denies ${name}: ${verdict.message}`;
      return refused({ type: 'PolicyDenied', message, retryable: false, remedy: verdict.remedy });
    }
    if (await doors.access.mayInvoke(call.caller, namespace, name, call.signal)) return undefined;
    const where = namespace === undefined ? 'in the cluster' : `in namespace ${namespace}`;
    const message = `${call.caller.user} may not invoke ${name} ${where}`;
    const remedy = `grant verb invoke on tools.code-engine.dev, resourceNames [${name}]`;
    return refused({ type: 'Forbidden', message, retryable: false, remedy });
  };

  const audited = async (call: ToolCall, input: JsonObject, scope: Scope): Promise<ToolResult> => {
    const record = (stage: AuditRecord['stage'], outcome?: string): AuditRecord => ({
      stage,
      room: 'tool',
      step: 'invoke',
      object: { kind: 'Tool', name, ...(scope.namespace === undefined ? {} : { namespace: scope.namespace }) },
      actor: call.caller.user,
      action: 'call-tool',
      inputDigest: digest(input),
      ...(call.key === undefined ? {} : { key: call.key }),
      ...(outcome === undefined ? {} : { outcome }),
      at: new Date(doors.clock.now()).toISOString(),
    });
    await doors.audit.append(record('intent'));
    const result = await run(call, input, scope).then(checked, failed);
    await doors.audit.append(record('outcome', statusOf(result)));
    return result;
  };

  const run = async (call: ToolCall, input: JsonObject, scope: Scope): Promise<ToolResult> => {
    const deadline = new AbortController();
    const cancel = doors.clock.after(tool.limits.timeout, () =>
      deadline.abort(new Aborted('ToolTimeout', `${name} took longer than ${tool.limits.timeout / 1000} s`)),
    );
    const signal = AbortSignal.any([call.signal, deadline.signal]);
    const { caller } = call;
    try {
      return await untilAborted(signal, () =>
        tool.run(input, {
          caller,
          namespace: scope.namespace,
          now: doors.clock.now(),
          api: (request) => doors.api({ ...request, as: caller, signal }),
          check: (schema, value) => doors.schemas.compile(schema)(value),
          signal,
        }),
      );
    } finally {
      cancel();
    }
  };

  /** Nothing leaves that the output schema does not allow, that is a credential, or that is too large. */
  const checked = (result: ToolResult): ToolResult => {
    if ('error' in result) return { error: redact({ ...result.error }) as unknown as ToolError }; // border: redaction keeps the shape
    const content = redact(result.content) as JsonObject; // border: an object stays an object
    const wrong = wrongResult(content);
    if (wrong.length > 0) {
      doors.log.error('a tool broke its own output schema', {
        tool: name,
        field: wrong[0]?.field,
        rule: wrong[0]?.rule,
      });
      return refused({
        type: 'Bug',
        message: `${name} made a result that breaks its schema`,
        retryable: false,
        remedy: 'report it',
      });
    }
    const size = Buffer.byteLength(JSON.stringify(content));
    if (size <= tool.limits.resultBytes) return { content };
    const message = `the result of ${name} has ${size} bytes, ${tool.limits.resultBytes} are allowed`;
    return refused({ type: 'TooLarge', message, retryable: false, remedy: 'ask for fewer or smaller objects' });
  };

  const failed = (thrown: unknown): ToolResult => {
    const error = toolErrorOf(thrown);
    if (error.type === 'Bug') doors.log.error('a tool failed', { tool: name, reason: asCodeError(thrown).message });
    return { error };
  };

  const report = (call: ToolCall, scope: Scope, status: string, took: Milliseconds): void => {
    doors.metrics.count('mcp_tool_calls_total', { server, tool: tool.name, status, tenant: scope.tenant });
    doors.log.info('tool call', {
      server,
      tool: tool.name,
      status,
      user: call.caller.user,
      namespace: scope.namespace,
      key: call.key,
      durationMilliseconds: Math.round(took),
    });
  };

  return { server, tool, invoke };
}

interface Scope {
  readonly namespace: string | undefined;
  /** Name of the Tenant; the namespace where it has none: it is then a tenant of its own to limits and metrics. */
  readonly tenant: string;
}

const SERVICE_ACCOUNT = /^system:serviceaccount:([a-z0-9-]+):/;
const NAMESPACE = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** The namespace that the arguments name, else the one the caller lives in, else the whole cluster. */
function scopeOf(call: ToolCall, doors: InvokeDoors): Scope {
  const named = call.arguments !== null && typeof call.arguments === 'object' && 'namespace' in call.arguments;
  const wanted = named ? call.arguments.namespace : undefined;
  const home = SERVICE_ACCOUNT.exec(call.caller.user)?.[1];
  const namespace = typeof wanted === 'string' && NAMESPACE.test(wanted) ? wanted : home;
  const tenant = namespace === undefined ? 'none' : (doors.tenantOf(namespace)?.name ?? namespace);
  return { namespace, tenant };
}

function statusOf(invocation: Invocation): string {
  if ('invalid' in invocation) return 'Invalid';
  return 'error' in invocation ? invocation.error.type : 'Succeeded';
}

const refused = (error: ToolError): ToolResult => ({ error });

/** A tool that does not listen to its signal is left behind: its caller is answered in time all the same. */
async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void =>
    reject(signal.reason instanceof Aborted ? signal.reason : new Aborted('Cancelled', 'the call was cancelled'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(), promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
