import { conditionTypes } from '../../../api/conditions.ts';
import type { DeploymentStatus, ToolCallStatus } from '../../../api/generated/deployment.ts';
import { bounded, timestamp } from '../../../core/conditions.ts';
import { act, type Decision, type Milliseconds, stuck } from '../../../core/decision.ts';
import { parseDuration } from '../../../core/duration.ts';
import type { Laws } from '../../../core/laws.ts';
import { spanIdOf, traceparent } from '../../../core/trace.ts';
import { askPeople } from '../approval/ask-people.ts';
import type { PlannedCall } from '../delivery/frozen-plan.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';
import { record } from '../records.ts';
import { traceOf } from '../trace-of.ts';
import { asksPeople, callRequest } from './call-request.ts';
import { ATTEMPT, type CallingStep, callKey } from './calls-here.ts';

const CALLING = 'CallingTool';
const CALL_TIMEOUT: Milliseconds = 30_000;
/** What the schema allows. */
const ACCEPTED_BY = 512;
const CALL_MESSAGE = 512;

/** Why no further call is made: one failed, or nobody knows whether it was carried out. */
export interface StoppedCall {
  readonly reason: 'ToolFailed' | 'ToolOutcomeUnknown';
  readonly message: string;
  /** People were asked whether to go on all the same, and did not say yes. */
  readonly refused?: true;
}

/** A planned call, with the key it has where that is not its step's and name's; `undoes` where it takes back the one of its name. */
export type KeyedCall = PlannedCall & { readonly key?: string; readonly undoes?: true };

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
    if (known.outcome === undefined) return giveUp(observed, call, known);
    const stop = stopped(call, known);
    if (stop === undefined || known.acceptedBy !== undefined) continue;
    const decision = asksPeople(call, known)
      ? ask(observed, laws, { call, known, stop }, whenStopped)
      : whenStopped(stop);
    if (decision !== undefined) return decision;
  }
  return undefined;
}

/** Goes on once people said so; their no, or none of them in time, is what a call that stopped means here. */
function ask(
  observed: DeploymentObserved,
  laws: Laws,
  { call, known, stop }: { readonly call: KeyedCall; readonly known: ToolCallStatus; readonly stop: StoppedCall },
  whenStopped: WhenStopped,
): Decision | undefined {
  const answer = askPeople(observed, callRequest(observed, call, known), stop.message, laws.now);
  switch (answer.kind) {
    case 'open':
      return answer.decision;
    case 'approved': {
      const by = bounded(answer.by, ACCEPTED_BY);
      const message = `${by} let it go on although ${stop.message}`;
      return act('FailureAccepted', message, record({ kind: 'call-accepted', key: known.key, by }));
    }
    case 'refused':
      return whenStopped({ ...stop, message: `${stop.message}; ${answer.message}`, refused: true });
  }
}

function intend(laws: Laws, step: CallingStep, call: KeyedCall, key: string): Decision {
  const { name, server, tool } = call;
  const intent = { name, step, server, tool, key, attempt: ATTEMPT, epoch: laws.epoch, startedAt: timestamp(laws.now) };
  return act(CALLING, `calling ${toolName(call)}`, record({ kind: 'tool-intent', call: intent }));
}

/** The process that intended it was gone until its time was over: the next one has a time of its own to find out. */
function takeUp(laws: Laws, call: KeyedCall, intent: ToolCallStatus): Decision {
  const again = { ...intent, epoch: laws.epoch, attempt: intent.attempt + 1, startedAt: timestamp(laws.now) };
  return act(CALLING, `calling ${toolName(call)} again`, record({ kind: 'tool-intent', call: again }));
}

/** It is out of time. A process that is gone may have made it all the same, and nobody could ask the tool since. */
function giveUp({ object }: DeploymentObserved, call: KeyedCall, { key, attempt }: ToolCallStatus): Decision {
  const outcome = attempt === ATTEMPT ? 'Failed' : 'Unknown';
  const message = bounded(`no answer before the deadline${toldError(object.status, call)}`, CALL_MESSAGE);
  return act('GivingUp', `${toolName(call)}: ${message}`, record({ kind: 'call-given-up', key, outcome, message }));
}

/** What the last try ended with, as status tells it. */
function toldError(status: DeploymentStatus | undefined, { server }: KeyedCall): string {
  const { reason, message = '' } = status?.conditions?.find(({ type }) => type === conditionTypes.ready) ?? {};
  return reason !== CALLING && message.includes(server) ? `; the last error was: ${message}` : '';
}

function carryOut(observed: DeploymentObserved, laws: Laws, call: KeyedCall, intent: ToolCallStatus): Decision {
  const decision = act(CALLING, `calling ${toolName(call)}`, {
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
  if (outcome !== 'Failed' || call.onFailure === 'Proceed') return undefined;
  return { reason: 'ToolFailed', message: `${toolName(call)} failed: ${message ?? 'no reason given'}` };
}

const REMEDIES = {
  ToolFailed:
    'what serves is untouched; mend the cause and set the annotation code-engine.dev/retry to a new value, or change the spec',
  ToolOutcomeUnknown:
    'find out whether it had its effect, then set the annotation code-engine.dev/retry to a new value to call it again',
} as const;

function toolName({ name, server, tool, undoes }: KeyedCall): string {
  return `tool ${server}.${tool} (${undoes === true ? `undo of ${name}` : name})`;
}
