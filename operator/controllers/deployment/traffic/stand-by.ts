import type { Milliseconds } from '../../../core/decision.ts';
import { type DeploymentObserved, planOfRevision } from '../observed.ts';
import { revisionOf } from '../rollout/revision-of.ts';

/** What stands by after a switch: going back to it is one write. */
export interface StandBy {
  readonly revisions: readonly string[];
  readonly until: Milliseconds;
}

/** The revision that served before, until the delay of the plan that switched is over. */
export function standBy(observed: DeploymentObserved, serving: string, now: Milliseconds): StandBy | undefined {
  const { memory, delivery, plans } = observed;
  const [before] = memory.revisions?.previous ?? [];
  if (before === undefined || memory.revisions?.serving !== serving) return undefined;
  const plan = delivery.plan.revision === serving ? delivery.plan : planOfRevision(plans, serving);
  if (plan?.strategy?.type !== 'BlueGreen') return undefined;
  const until = Date.parse(before.at) + plan.strategy.scaleDownDelaySeconds * 1000;
  const stands = observed.replicaSets.some((one) => revisionOf(one) === before.hash && (one.spec.replicas ?? 1) > 0);
  return stands && now < until ? { revisions: [before.hash], until } : undefined;
}
