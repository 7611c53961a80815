import { assert } from 'chai';
import { admitQuestion } from '../../../../operator/controllers/expert-consultation/steps/admit-question.ts';
import { consultation, laws, observed, tenant } from '../consultation.ts';

describe('admit-question', () => {
  it('admits the default panel of four built-in reviewers with quorum three', () => {
    assert.deepEqual(admitQuestion.decide(observed(), laws), {
      kind: 'done',
      reason: 'Admitted',
      message: '4 experts are asked, 3 valid answers are needed',
    });
  });

  it('takes half of a written-out panel, rounded up, for a quorum', () => {
    const experts = ['a', 'b', 'c'].map((name) => ({ name, provider: 'builtin/cost' }));
    const decision = admitQuestion.decide(observed({ object: consultation({ experts }) }), laws);
    assert.equal(decision.message, '3 experts are asked, 2 valid answers are needed');
  });

  it('names the panels there are when another is asked for', () => {
    const panels = [{ name: 'releases', experts: [{ name: 'a', provider: 'builtin/cost' }] }];
    const decision = admitQuestion.decide(
      observed({ object: consultation({ panel: 'nobody' }), tenant: tenant({ experts: { panels } }) }),
      laws,
    );
    assert.deepEqual(decision, {
      kind: 'stuck',
      reason: 'PanelUnknown',
      message: 'spec.panel names nobody, which neither the operator nor the Tenant knows; use one of default, releases',
    });
  });

  it('refuses what is not built yet and names the field', () => {
    const decision = admitQuestion.decide(observed({ object: consultation({ budget: { tokens: 5 } }) }), laws);
    assert.include(decision, { kind: 'stuck', reason: 'NotSupportedYet' });
    assert.match(decision.message, /^spec\.budget/);
  });

  it('asks nobody for a suspended tenant', () => {
    const decision = admitQuestion.decide(observed({ tenant: tenant({ suspend: true }) }), laws);
    assert.include(decision, { kind: 'stuck', reason: 'TenantSuspended' });
  });

  it('takes nothing back from a tenant that is suspended while people are waited for', () => {
    const decision = admitQuestion.decide(
      observed({ memory: { questionDigest: 'd' }, tenant: tenant({ suspend: true }) }),
      laws,
    );
    assert.equal(decision.kind, 'done');
  });

  it('lets people answer without being listed by the Tenant', () => {
    const experts = [{ name: 'alice', provider: 'human' }];
    const decision = admitQuestion.decide(
      observed({ object: consultation({ experts }), tenant: tenant({ experts: { allow: [] } }) }),
      laws,
    );
    assert.equal(decision.message, '1 expert is asked, 1 valid answer is needed');
  });

  it('refuses a panel of more people than can answer, rather than wait for them in vain', () => {
    const experts = Array.from({ length: 9 }, (_, index) => ({ name: `person-${index}`, provider: 'human' }));
    const decision = admitQuestion.decide(observed({ object: consultation({ experts }) }), laws);
    assert.deepEqual(decision, {
      kind: 'stuck',
      reason: 'TooManyPeople',
      message: 'the panel has 9 human experts and spec.answers takes 8 answers; name fewer',
    });
  });

  it('is done for good once the verdict stands', () => {
    const memory = { consensus: { recommendation: 'approve' } };
    const decision = admitQuestion.decide(observed({ memory, tenant: tenant({ suspend: true }) }), laws);
    assert.equal(decision.kind, 'done');
  });
});
