import type { Laws } from './laws.ts';
import type { Observed, Step } from './room.ts';
import type { Judgement } from './trail.ts';

/**
 * Asks the steps in order and stops at the first that is not done: the last judgement says where the object stands.
 * Every pass asks all steps again, so drift repairs itself and a crash loses nothing.
 */
export function plan<O extends Observed>(steps: readonly Step<O>[], observed: O, laws: Laws): readonly Judgement[] {
  const judgements: Judgement[] = [];
  for (const step of steps) {
    if (step.when?.(observed) === false) continue;
    const decision = step.decide(observed, laws);
    judgements.push({ step: step.name, condition: step.condition, decision });
    if (decision.kind !== 'done') break;
  }
  return judgements;
}
