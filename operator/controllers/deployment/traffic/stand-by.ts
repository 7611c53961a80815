import type { Milliseconds } from '../../../core/decision.ts';
import { afterPromotion, isAnalysedAfter } from '../analysis/after-promotion.ts';
import type { FrozenPlan } from '../delivery/frozen-plan.ts';
import { type DeploymentObserved, planOfRevision, rejectionOf } from '../observed.ts';
import { revisionOf } from '../rollout/revision-of.ts';
import { canaryTrafficOf } from './canary-traffic-of.ts';

/** What stands by without a use of its own. */
export interface StandBy {
  readonly revisions: readonly string[];
  readonly until: Milliseconds;
}

/** The revision that served before a switch, until the delay of the plan that switched is over: going back to it is one write. */
export function standBy(observed: DeploymentObserved, serving: string, now: Milliseconds): StandBy | undefined {
  const { memory, delivery, plans } = observed;
  const [before] = memory.revisions?.previous ?? [];
  if (before === undefined || memory.revisions?.serving !== serving) return undefined;
  const delay = delayOf(delivery.plan.revision === serving ? delivery.plan : planOfRevision(plans, serving));
  if (delay === undefined) return undefined;
  // While what was promoted is still measured, going back stays one write.
  const until = Math.max(Date.parse(before.at) + delay * 1000, analysisEnds(observed));
  return hasPods(observed, before.hash) && now < until ? { revisions: [before.hash], until } : undefined;
}

/** The revision that was rejected, until its delay is over (for ever where it is 0): what is wrong with it can be looked at. */
export function keptRejected(observed: DeploymentObserved, now: Milliseconds): StandBy | undefined {
  const rejection = rejectionOf(observed);
  const traffic = canaryTrafficOf(observed);
  if (rejection === undefined || traffic === undefined || !hasPods(observed, rejection.hash)) return undefined;
  const { rollbackDelaySeconds: delay } = traffic;
  const until = delay === 0 ? Number.POSITIVE_INFINITY : Date.parse(rejection.at) + delay * 1000;
  return now < until ? { revisions: [rejection.hash], until } : undefined;
}

function delayOf(plan: FrozenPlan | undefined): number | undefined {
  const { strategy } = plan ?? {};
  if (strategy?.type === 'BlueGreen') return strategy.scaleDownDelaySeconds;
  return strategy?.traffic?.scaleDownDelaySeconds;
}

const hasPods = ({ replicaSets }: DeploymentObserved, hash: string): boolean =>
  replicaSets.some((one) => revisionOf(one) === hash && (one.spec.replicas ?? 1) > 0);

/** With the time that a person has to decide where the metrics do not. */
function analysisEnds(observed: DeploymentObserved): Milliseconds {
  const after = isAnalysedAfter(observed) ? afterPromotion(observed) : undefined;
  return after === undefined ? 0 : after.until + observed.delivery.plan.progressDeadlineSeconds * 1000;
}
