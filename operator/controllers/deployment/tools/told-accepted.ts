import type { DeploymentObserved } from '../observed.ts';
import { type CallingStep, callsHere } from './calls-here.ts';

/** In a clause, which calls people let pass that did not succeed; empty where there are none. */
export function toldAccepted(observed: DeploymentObserved, step: CallingStep): string {
  const accepted = callsHere(observed, step).flatMap(({ name, acceptedBy }) =>
    acceptedBy === undefined ? [] : [`${acceptedBy} let it go on past ${name}`],
  );
  return accepted.length === 0 ? '' : `; ${accepted.join(', ')}`;
}
