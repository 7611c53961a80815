import { bounded, timestamp } from '../../../core/conditions.ts';
import { act, type Decision, wait } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import { type DeploymentObserved, replacedHere, wasPromotedHere } from '../observed.ts';
import { REJECTING, record } from '../records.ts';

const HELD =
  'it is held as it stands, since spec.rollback.automatic is false: the annotation code-engine.dev/abort goes back, code-engine.dev/retry tries again, and so does another template';

interface Cause {
  readonly reason: string;
  readonly message: string;
  /** The step that failed, where it is not the one that moves or measures pods. */
  readonly step?: string;
}

/**
 * Refuses the revision that rolls out, or that was promoted and is still measured, for a cause: the next pass goes back.
 * `told` is the sentence for people where it says more. Where a person is to decide, nothing moves until one does, or until the
 * cause is gone.
 */
export function reject(
  observed: DeploymentObserved,
  laws: Laws,
  { reason, message, step = wasPromotedHere(observed) ? 'analyse' : 'roll-out' }: Cause,
  told = message,
): Decision {
  const { revision, hash, holdsFailure } = observed.delivery.plan;
  if (holdsFailure === true) return wait('WaitingForDecision', `${told}; ${HELD}`);
  const serving = replacedHere(observed);
  const at = timestamp(laws.now);
  const rejected = { hash: revision, plan: hash, reason, message: bounded(message, 512), at };
  const decision = act(
    REJECTING,
    told,
    record({ kind: 'rejection', step, rejected, ...(serving === undefined ? {} : { serving }) }),
  );
  return { ...decision, ready: 'False' };
}
