import type { ToolCallStatus } from '../../../api/generated/deployment.ts';
import { hashedName } from '../../../core/hash.ts';
import type { ApprovalRequest } from '../approval/approval-request.ts';
import type { PlannedCall } from '../delivery/frozen-plan.ts';
import type { DeploymentObserved } from '../observed.ts';
import { callKey, plannedCalls } from './calls-here.ts';

/** Steps that may ask people about their calls: a rollback is held up by nobody. */
const ASKING = ['prepare', 'roll-out', 'finish'] as const;
/** Of the step as a subject names it: it is part of the consultation's name, beside the delivery's. */
const STEP_LENGTH = 36;

/** What no does, by step. */
const ON_NO: Readonly<Record<(typeof ASKING)[number], string>> = {
  prepare: 'ends the delivery before any pod of it is made',
  'roll-out': 'takes it back',
  finish: 'takes it back to the revision that served before',
};

/**
 * True where people are asked about a call that failed, or whose outcome nobody knows. The latter goes on by itself in no mode
 * while the delivery can still be stopped.
 */
export function asksPeople({ onFailure }: PlannedCall, { step, outcome }: ToolCallStatus): boolean {
  return onFailure === 'Ask' || (onFailure === 'Proceed' && outcome === 'Unknown' && isBefore(step));
}

const isBefore = (step: string): boolean => step === 'prepare' || step === 'roll-out';

function callStep(name: string, key: string): string {
  return hashedName(`ask-${name}`, key.slice(0, 8), STEP_LENGTH);
}

/** The names of all requests that the calls of a delivery may make. */
export function callRequestSteps(observed: DeploymentObserved): readonly string[] {
  return ASKING.flatMap((step) =>
    plannedCalls(observed.delivery.plan, step).map(({ name }) => callStep(name, callKey(observed, step, name))),
  );
}

/** What people are asked about a call that did not succeed. */
export function callRequest(
  { object, delivery }: DeploymentObserved,
  { name, server, tool }: PlannedCall,
  { key, step, outcome, message }: ToolCallStatus,
): ApprovalRequest {
  const { revision, ask } = delivery.plan;
  const what = outcome === 'Unknown' ? `nobody knows whether call ${name} was carried out` : `call ${name} failed`;
  const no = ON_NO[ASKING.find((asking) => asking === step) ?? 'roll-out'];
  return {
    step: callStep(name, key),
    title: `May revision ${revision} go on although ${what}?`,
    question: `Deployment ${object.metadata.name} called tool ${server}.${tool} in step ${step}, and ${what}: ${message ?? 'no reason given'}. Read the frozen plan, find out what the call did, and say whether revision ${revision} goes on all the same; any other answer ${no}.`,
    ...ask,
  };
}
