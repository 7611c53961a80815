import type { Deployment, ToolCallStatus } from '../../../api/generated/deployment.ts';
import type { DeploymentObserved } from '../observed.ts';
import { keyIn } from './calls-here.ts';
import { isOwed } from './is-owed.ts';
import { UNDONE_STEPS } from './undone-steps.ts';

/** The call as nobody takes it back any more: the plan that said how was deleted. */
function lost({ superseded: _mark, ...call }: ToolCallStatus, plan: string): ToolCallStatus {
  return { ...call, lost: `plan ${plan} is gone, and with it what takes the call back` };
}

/** Calls that a superseded delivery made, of which nothing says how they are taken back, nor whether they have to be. */
export function withLostPlan({ metadata, status }: Deployment): readonly ToolCallStatus[] {
  const tools = status?.tools ?? [];
  const { hash, delivery, revision } = status?.plan ?? {};
  if (hash === undefined || delivery === undefined) return tools;
  const isRejected = status?.revisions?.rejected?.some(({ plan }) => plan === hash) ?? false;
  if (isRejected || status?.revisions?.serving === revision) return tools;
  return tools.map((call) => {
    const step = UNDONE_STEPS.find((one) => one === call.step);
    const isItsOwn = step !== undefined && call.key === keyIn(metadata.uid, delivery, step, call.name);
    return isItsOwn && isOwed(tools, { ...call, superseded: hash }) ? lost(call, hash) : call;
  });
}

/** The calls that wait to be taken back, with those given up whose plan was deleted meanwhile. */
export function withLostUndos(
  tools: readonly ToolCallStatus[],
  isKept: (plan: string) => boolean,
): readonly ToolCallStatus[] {
  return tools.map((call) =>
    call.superseded !== undefined && isOwed(tools, call) && !isKept(call.superseded)
      ? lost(call, call.superseded)
      : call,
  );
}

/** What status does not tell yet of calls that nobody takes back. */
export function lostUndos({ object, memory }: DeploymentObserved): readonly string[] {
  const told = new Set((object.status?.tools ?? []).flatMap(({ key, lost: why }) => (why === undefined ? [] : [key])));
  return (memory.tools ?? [])
    .filter(({ key, lost: why }) => why !== undefined && !told.has(key))
    .map(
      ({ name, lost: why }) =>
        `call ${name} of the delivery that was superseded is NOT undone: ${why}; look at what it did`,
    );
}
