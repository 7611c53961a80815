import { assert } from 'chai';
import { askExperts } from '../../../../operator/controllers/expert-consultation/steps/ask-experts.ts';
import { CREATED, consultation, laws, observed, observedAt } from '../consultation.ts';

describe('ask-experts', () => {
  it('asks every expert of the panel at once, in the time the spec gives', () => {
    const decision = askExperts.decide(observed({ object: consultation({ timeout: '30s' }) }), laws);
    assert.equal(decision.kind, 'act');
    const [action] = decision.kind === 'act' ? decision.actions : [];
    assert.deepInclude(action, {
      type: 'ask-experts',
      timeout: 30_000,
      experts: [
        { name: 'security', provider: 'builtin/security' },
        { name: 'reliability', provider: 'builtin/reliability' },
        { name: 'cost', provider: 'builtin/cost' },
        { name: 'performance', provider: 'builtin/performance' },
      ],
    });
  });

  it('asks machines, and puts the question to people by remembering that it was put', () => {
    const experts = [
      { name: 'security', provider: 'builtin/security' },
      { name: 'alice', provider: 'human' },
    ];
    const decision = askExperts.decide(observedAt(consultation({ experts }), laws.now), laws);
    const actions = decision.kind === 'act' ? decision.actions : [];
    assert.deepEqual(
      actions.map((action) => (action.type === 'ask-experts' ? action.experts : action)),
      [
        [{ name: 'security', provider: 'builtin/security' }],
        {
          type: 'record',
          deferred: true,
          record: {
            kind: 'put-to-people',
            questionDigest: actions[0]?.type === 'ask-experts' ? actions[0].question.digest : '',
            experts: ['alice'],
          },
        },
      ],
    );
  });

  it('leaves machines no more time than the deadline leaves everybody', () => {
    const object = consultation({ timeout: '1h', deadline: '6m' });
    const now = CREATED + 5 * 60_000;
    const decision = askExperts.decide(observedAt(object, now), { ...laws, now });
    const [action] = decision.kind === 'act' ? decision.actions : [];
    assert.equal(action?.type === 'ask-experts' ? action.timeout : undefined, 60_000);
  });

  it('never asks again once the question was put', () => {
    const decision = askExperts.decide(observed({ memory: { questionDigest: 'd', answers: [] } }), laws);
    assert.equal(decision.kind, 'done');
  });

  it('never asks again once there is a verdict', () => {
    const answers = [
      { expert: 'a', provider: 'builtin/cost', kind: 'rules' as const, state: 'Answered' as const },
      { expert: 'b', provider: 'builtin/security', kind: 'rules' as const, state: 'Abstained' as const },
    ];
    const decision = askExperts.decide(observed({ memory: { answers, consensus: {} } }), laws);
    assert.deepEqual(decision, { kind: 'done', reason: 'Answered', message: '1 of 2 experts answered' });
  });

  it('identifies a question by what is asked, not by its generation', () => {
    const digestOf = (object: ReturnType<typeof consultation>) => {
      const decision = askExperts.decide(observed({ object }), laws);
      const action = decision.kind === 'act' ? decision.actions[0] : undefined;
      return action?.type === 'ask-experts' ? action.question.digest : '';
    };
    const first = consultation();
    const later = { ...first, metadata: { ...first.metadata, generation: 7 } };
    assert.equal(digestOf(first), digestOf(later));
    assert.notEqual(digestOf(first), digestOf(consultation({ question: 'Is it safe to delete everything?' })));
  });
});
