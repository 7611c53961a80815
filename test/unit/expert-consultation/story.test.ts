import { join } from 'node:path';
import { assert } from 'chai';
import { loadConsensusEngine } from '../../../operator/adapters/consensus/index.ts';
import { expertConsultation as room } from '../../../operator/controllers/expert-consultation/index.ts';
import type { ObservedConsultation } from '../../../operator/controllers/expert-consultation/observed.ts';
import type { Json } from '../../../operator/core/json.ts';
import { plan } from '../../../operator/core/plan.ts';
import type { ConsensusEngine } from '../../../operator/ports/consensus.ts';
import { projectRoot } from '../../verbs/project.ts';
import { carefulPod, consultation, laws, observed, observedAt } from './consultation.ts';
import { takeTurns } from './take-turns.ts';

/** The whole room on the real reviewers and the real engine, without a cluster: turn after turn, as a pass does it. */
describe('a review by the built-in experts', () => {
  let engine: ConsensusEngine;
  before(async () => {
    engine = await loadConsensusEngine(join(projectRoot, 'build', 'wasm'));
  });

  it('approves careful pods and says what could still be better', async () => {
    const end = await review(shown(carefulPod));
    const status = room.report(end, { turns: [], standing: plan(room.steps, end, laws) }, laws);
    assert.equal(status.phase, 'Agreed');
    assert.equal(end.memory.answers?.filter(({ state }) => state === 'Answered').length, 4);
    assert.equal(end.memory.consensus?.recommendation, 'approve');
    assert.deepEqual(
      end.memory.findings?.map(({ severity }) => severity).filter((s) => s !== 'low'),
      [],
    );
  });

  it('rejects a privileged container whatever the others say, and names it', async () => {
    const end = await review(shown({ containers: [{ ...careful, securityContext: { privileged: true } }] }));
    assert.equal(end.memory.consensus?.recommendation, undefined);
    assert.equal(end.memory.consensus?.abstained, 'Vetoed');
    assert.match(end.memory.verdictMessage ?? '', /privileged and so owns its node.*\[security\/privileged\]/);
  });

  it('has no verdict without a plan: every reviewer abstains and the quorum is missing', async () => {
    const end = await review(observed());
    assert.deepEqual(
      end.memory.answers?.map(({ state }) => state),
      ['Abstained', 'Abstained', 'Abstained', 'Abstained'],
    );
    assert.equal(end.memory.consensus?.abstained, 'QuorumMissing');
  });

  it('answers the same question with the same bytes', async () => {
    const [first, second] = [await review(shown(carefulPod)), await review(shown(carefulPod))];
    assert.deepEqual(first.memory, second.memory);
  });

  const review = (start: ObservedConsultation) => takeTurns(start, laws, engine);
});

const [careful] = carefulPod.containers;

const shown = (pod: Json): ObservedConsultation => observedAt(consultation(), laws.now, pod);
