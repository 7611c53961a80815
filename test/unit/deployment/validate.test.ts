import { assert } from 'chai';
import { validate } from '../../../operator/controllers/deployment/steps/validate.ts';
import { aDeployment } from './builders.ts';
import { anObservation, frozen, laws } from './observed-builders.ts';
import { inWords } from './simulation.ts';

const decide = (observed = anObservation()) => validate.decide(observed, laws());
const words = (decision: ReturnType<typeof decide>) => (decision.kind === 'act' ? decision.actions.map(inWords) : []);

describe('step validate', () => {
  it('asks about the ReplicaSet and about one pod of it, as the tenant', () => {
    const decision = decide();
    assert.deepEqual(words(decision), [
      'dry-run ReplicaSet shop-ec02f7999d of 2',
      'dry-run Pod shop-ec02f7999d-dry-run',
    ]);
    if (decision.kind !== 'act') return;
    for (const action of decision.actions) {
      assert.deepInclude(action, { as: { kind: 'service-account', namespace: 'acme-prod', name: 'code-tenant' } });
    }
  });

  it('freezes what was accepted', () => {
    const decision = decide(anObservation({ dryRun: { accepted: true, message: 'accepted' } }));
    assert.deepEqual(words(decision), ['create ControllerRevision shop-51340355e9']);
  });

  it("tells the API server's refusal in its words", () => {
    const decision = decide(anObservation({ dryRun: { accepted: false, message: 'Pod: exceeded quota' } }));
    assert.deepEqual(decision, {
      kind: 'stuck',
      reason: 'DryRunRefused',
      message: 'the API server refuses revision ec02f7999d; Pod: exceeded quota; change the spec',
    });
  });

  it('is done once the plan is kept', () => {
    assert.equal(decide(frozen(anObservation())).kind, 'done');
  });

  it('names every field whose behaviour is not built, before anything is asked', () => {
    const object = aDeployment({
      analysis: { metrics: [{ name: 'odd', provider: { anomaly: { query: 'up' } } }] },
      review: { experts: [{ name: 'cost', provider: 'builtin/cost', fallback: ['security'] }] },
    });
    const decision = decide(anObservation({}, object));
    assert.equal(decision.kind, 'stuck');
    assert.equal(decision.reason, 'NotSupportedYet');
    assert.match(decision.message, /^spec\.[^ ]+ is not supported yet; .*; also spec\.[^ ]+$/);
  });
});
