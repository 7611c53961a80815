import { conditionTypes } from '../../../api/conditions.ts';
import type { Claim } from '../../../core/conditions.ts';
import type { Trail } from '../../../core/trail.ts';
import { type DeploymentObserved, replicasWanted } from '../observed.ts';
import { countPods } from '../rollout/told-counts.ts';

/** A roll-back reads as a failure, which it is: this says beside it that nobody is without service. */
export function servingStable(observed: DeploymentObserved, { standing }: Trail): readonly Claim[] {
  const serving = observed.memory.revisions?.serving;
  const last = standing.at(-1)?.decision;
  if (serving === undefined || last?.kind !== 'stuck' || last.reason !== 'RolledBack') return [];
  const [there, wanted] = [countPods(observed).availableReplicas, replicasWanted(observed)];
  return [
    {
      type: conditionTypes.servingStable,
      status: there >= wanted ? 'True' : 'False',
      reason: there >= wanted ? 'PodsAvailable' : 'PodsUnavailable',
      message: `revision ${serving} serves with ${there} of ${wanted} pods available`,
    },
  ];
}
