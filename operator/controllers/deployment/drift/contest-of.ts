import { reasons } from '../../../api/conditions.ts';
import { toldContest } from '../../../core/told-drift.ts';
import type { DeploymentObserved } from '../observed.ts';

/** Who changes again and again what belongs to this object, from the third repair on to ten quiet minutes after. */
export function contestOf({
  memory,
}: DeploymentObserved): { readonly reason: string; readonly message: string } | undefined {
  const told = (memory.drift ?? []).filter(({ contestedAt }) => contestedAt !== undefined).map(toldContest);
  return told.length === 0 ? undefined : { reason: reasons.contested, message: told.join('; ') };
}
