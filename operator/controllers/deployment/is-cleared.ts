import type { Laws } from '../../core/laws.ts';
import { isTriedOnly } from './is-tried-only.ts';
import type { DeploymentObserved } from './observed.ts';
import { prepare } from './steps/prepare.ts';
import { review } from './steps/review.ts';
import { validate } from './steps/validate.ts';

/**
 * Nothing stands between this delivery and its roll-out. Where pods of its revision run already, the write that told of the
 * first move was lost, or the spec came back to it: they are the roll-out's, and are neither taken away nor made again.
 */
export function isCleared(observed: DeploymentObserved, laws: Laws): boolean {
  if (isTriedOnly(observed)) return false;
  return [validate, review, prepare].every((step) => step.decide(observed, laws).kind === 'done');
}
