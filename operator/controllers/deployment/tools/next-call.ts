import type { ToolCallStatus } from '../../../api/generated/deployment.ts';
import { timestamp } from '../../../core/conditions.ts';
import { act, type Decision, type Milliseconds, stuck } from '../../../core/decision.ts';
import { parseDuration } from '../../../core/duration.ts';
import type { Laws } from '../../../core/laws.ts';
import { spanIdOf, traceparent } from '../../../core/trace.ts';
import type { PlannedCall } from '../delivery/frozen-plan.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';
import { record } from '../records.ts';
import { traceOf } from '../trace-of.ts';
import { ATTEMPT, type CallingStep, callKey } from './calls-here.ts';

const CALL_TIMEOUT: Milliseconds = 30_000;

/** Why no further call is made: one failed, or nobody knows whether it was carried out. */
export interface StoppedCall {
  readonly reason: 'ToolFailed' | 'ToolOutcomeUnknown';
  readonly message: string;
}

/** A planned call, with the key it has where that is not its step's and name's. */
export type KeyedCall = PlannedCall & { readonly key?: string };

/** What a call that stopped means where it stood: `goOn` fails open, `standStill` before any effect, else a rejection. */
export type WhenStopped = (stopped: StoppedCall) => Decision | undefined;

export const goOn: WhenStopped = () => undefined;

/** Nothing was changed yet: somebody mends the cause and asks again. */
export function standStill({ reason, message }: StoppedCall): Decision {
  return stuck(reason, `${message}; ${REMEDIES[reason]}`);
}

/**
 * The next thing to do about the calls of one step, in their order; `undefined` when all are settled. The intent is in
 * status before the call is made, so that no crash makes a second one unknowingly (delivery.md section 3).
 */
export function nextCall(
  observed: DeploymentObserved,
  laws: Laws,
  step: CallingStep,
  calls: readonly KeyedCall[],
  whenStopped: WhenStopped,
): Decision | undefined {
  for (const call of calls) {
    const key = call.key ?? callKey(observed, step, call.name);
    const known = observed.memory.tools?.find((entry) => entry.key === key);
    if (known === undefined) return intend(laws, step, call, key);
    const overdue = laws.now >= deadlineOf(observed, known);
    if (known.outcome === undefined && !overdue) return carryOut(observed, laws, call, known);
    if (known.outcome === undefined && known.epoch !== laws.epoch) return takeUp(laws, call, known);
    const stop = stopped(call, known);
    const decision = stop && whenStopped(stop);
    if (decision !== undefined) return decision;
  }
  return undefined;
}

function intend(laws: Laws, step: CallingStep, call: KeyedCall, key: string): Decision {
  const { name, server, tool } = call;
  const intent = { name, step, server, tool, key, attempt: ATTEMPT, epoch: laws.epoch, startedAt: timestamp(laws.now) };
  return act('CallingTool', `calling ${toolName(call)}`, record({ kind: 'tool-intent', call: intent }));
}

/** The process that intended it was gone until its time was over: the next one has a time of its own to find out. */
function takeUp(laws: Laws, call: KeyedCall, intent: ToolCallStatus): Decision {
  const again = { ...intent, epoch: laws.epoch, attempt: intent.attempt + 1, startedAt: timestamp(laws.now) };
  return act('CallingTool', `calling ${toolName(call)} again`, record({ kind: 'tool-intent', call: again }));
}

function carryOut(observed: DeploymentObserved, laws: Laws, call: KeyedCall, intent: ToolCallStatus): Decision {
  const decision = act('CallingTool', `calling ${toolName(call)}`, {
    type: 'call-tool',
    name: call.name,
    server: call.server,
    tool: call.tool,
    arguments: call.arguments ?? {},
    key: intent.key,
    traceparent: traceparent(traceOf(observed), spanIdOf(traceOf(observed), 'call', intent.key)),
    timeout: parseDuration(call.timeout ?? '') ?? CALL_TIMEOUT,
    ...(intent.epoch === laws.epoch && intent.attempt === ATTEMPT ? {} : { repeated: true as const }),
    as: tenantIdentity(observed),
  });
  return { ...decision, until: deadlineOf(observed, intent) };
}

/** When a call that has no outcome is given up. */
function deadlineOf({ delivery }: DeploymentObserved, { startedAt }: ToolCallStatus): Milliseconds {
  return Date.parse(startedAt) + delivery.plan.progressDeadlineSeconds * 1000;
}

function stopped(call: PlannedCall, { outcome, message }: ToolCallStatus): StoppedCall | undefined {
  if (outcome === 'Unknown') {
    const why = `nobody knows whether ${toolName(call)} was carried out: ${message ?? ''}`;
    return { reason: 'ToolOutcomeUnknown', message: why };
  }
  if (outcome === undefined) {
    return { reason: 'ToolFailed', message: `${toolName(call)} gave no answer before the deadline` };
  }
  if (outcome !== 'Failed' || call.onFailure === 'Proceed') return undefined;
  return { reason: 'ToolFailed', message: `${toolName(call)} failed: ${message ?? 'no reason given'}` };
}

const REMEDIES = {
  ToolFailed:
    'what serves is untouched; mend the cause and set the annotation code-engine.dev/retry to a new value, or change the spec',
  ToolOutcomeUnknown:
    'find out whether it had its effect, then set the annotation code-engine.dev/retry to a new value to call it again',
} as const;

function toolName({ name, server, tool, key }: KeyedCall): string {
  return `tool ${server}.${tool} (${key === undefined ? name : `undo of ${name}`})`;
}
