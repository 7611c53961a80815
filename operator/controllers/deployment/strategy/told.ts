import type { DeploymentObserved } from '../observed.ts';
import { freshBaseline } from '../rollout/fresh-baseline.ts';
import { goalsOf } from '../rollout/goals-of.ts';
import { sum } from '../rollout/world.ts';
import type { Place } from './place.ts';

/** "step 2 of 4 (pause at weight 20, 1 of 3 pods)": where a strategy is, in words. */
export function told(observed: DeploymentObserved, { index, of, kind, weight }: Place): string {
  const { plan } = observed.delivery;
  const { pods } = goalsOf(observed, plan.revision, 0);
  const wanted = pods.get(plan.revision) ?? 0;
  if (plan.strategy?.type === 'BlueGreen') return `step ${index} of ${of} (${kind} of ${wanted} pods)`;
  const what = kind === 'weight' ? `weight ${weight}` : `${kind} at weight ${weight}`;
  const fresh = pods.get(freshBaseline(observed, plan.revision)?.key ?? '') ?? 0;
  const all = sum([...pods.values()], (size) => size) - fresh;
  const beside = fresh === 0 ? '' : ` beside ${fresh} of a fresh baseline`;
  return `step ${index} of ${of} (${what}, ${wanted} of ${all} pods${beside})`;
}
