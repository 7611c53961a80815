import { Bug, InvalidSpec } from '../../api/errors.ts';
import type { ConsensusEngine } from '../../ports/consensus.ts';
import type { Performer } from '../perform.ts';

/** Judges the answers. A request that the engine refuses is the user's to change, unless the engine itself failed. */
export function weighAnswers(engine: ConsensusEngine): Performer<'weigh-answers'> {
  return async ({ request }) => {
    const verdict = engine.decide(request);
    if (verdict.outcome === 'verdict') return { verdict };
    const message = `the answers cannot be weighed: ${verdict.field} ${verdict.message}`;
    throw verdict.reason === 'EngineFailed'
      ? new Bug(verdict.reason, message)
      : new InvalidSpec(verdict.reason, message);
  };
}
