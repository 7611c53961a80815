import type { ApprovalRequest } from '../approval/approval-request.ts';
import type { DeploymentObserved } from '../observed.ts';
import { asksPeople, callRequest } from './call-request.ts';
import { type CallingStep, callKey, plannedCalls } from './calls-here.ts';

/** The call of a step that people are asked about now; they are asked about one after the other. */
export function callInQuestion(
  observed: DeploymentObserved,
  step: CallingStep,
): { readonly name: string; readonly request: ApprovalRequest } | undefined {
  for (const call of plannedCalls(observed.delivery.plan, step)) {
    const known = observed.memory.tools?.find(({ key }) => key === callKey(observed, step, call.name));
    const stopped = known?.outcome === 'Failed' || known?.outcome === 'Unknown';
    if (known !== undefined && stopped && known.acceptedBy === undefined && asksPeople(call, known)) {
      return { name: call.name, request: callRequest(observed, call, known) };
    }
  }
  return undefined;
}
