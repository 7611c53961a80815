import type { DeploymentObserved } from '../observed.ts';
import { goalsOf } from '../rollout/goals-of.ts';
import type { Place } from './place.ts';

/** "step 2 of 4 (pause at weight 20, 1 of 3 pods)": where a strategy is, in words. */
export function told(observed: DeploymentObserved, { index, of, kind, weight }: Place): string {
  const goals = goalsOf(observed, observed.delivery.plan.revision);
  const wanted = goals.get(observed.delivery.plan.revision) ?? 0;
  const all = [...goals.values()].reduce((sum, goal) => sum + goal, 0);
  const what = kind === 'weight' ? `weight ${weight}` : `${kind} at weight ${weight}`;
  return `step ${index} of ${of} (${what}, ${wanted} of ${all} pods)`;
}
