import { timestamp } from '../../../core/conditions.ts';
import { act, type Decision } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import type { DeploymentObserved } from '../observed.ts';
import { record } from '../records.ts';
import { placeOf } from './place.ts';
import { kindOf, stepsOf } from './steps-of.ts';

/** Goes on to the step of this number; `promote` is the token that asked to skip what lies between. */
export function stepOn(observed: DeploymentObserved, laws: Laws, index: number, promote?: string): Decision {
  const next = stepsOf(observed.delivery.plan)[index - 1];
  const name = next === undefined ? 'weight' : kindOf(next);
  const { of } = placeOf(observed);
  const at = timestamp(laws.now);
  const memory = { kind: 'strategy-step', index, of, name, at, ...(promote === undefined ? {} : { promote }) } as const;
  return act('RollingOut', `going on to step ${index} of ${of}, ${name}`, record(memory));
}
