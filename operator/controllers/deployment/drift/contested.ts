import { conditionTypes, reasons } from '../../../api/conditions.ts';
import type { Claim } from '../../../core/conditions.ts';
import type { DeploymentObserved } from '../observed.ts';
import { contestOf } from './contest-of.ts';

/** Beside what the steps say: where the child that is contested holds nothing up, nothing else would tell of it. */
export function contested(observed: DeploymentObserved): readonly Claim[] {
  const contest = contestOf(observed);
  if (contest === undefined) return [];
  return [{ type: conditionTypes.contested, status: 'True', reason: reasons.driftRepaired, message: contest.message }];
}
