import { assert } from 'chai';
import type { Review } from '../../../operator/api/generated/deployment.ts';
import type { ExpertConsultation } from '../../../operator/api/generated/expert-consultation.ts';
import { verdictOf } from '../../../operator/controllers/deployment/review-verdict.ts';
import { review } from '../../../operator/controllers/deployment/steps/review.ts';
import { aDeployment, START } from './builders.ts';
import { anObservation, laws, remembering, reviewed } from './observed-builders.ts';

type Status = ExpertConsultation['status'];

const asked = (rules: Review, status: Status) => reviewed(anObservation({}, aDeployment({ review: rules })), status);

const agreed = (recommendation: string, risk: 'low' | 'high' = 'low'): Status => ({
  phase: 'Agreed',
  message: `4 of 4 say ${recommendation}`,
  consensus: { recommendation, risk },
});

const split = (abstained: string): Status => ({ phase: 'Split', message: 'no majority', consensus: { abstained } });

const objected = (abstained: string): Status => ({
  ...split(abstained),
  answers: [{ expert: 'alice', provider: 'human', kind: 'human', state: 'Answered', answer: 'reject' }],
});

describe('step review (B14)', () => {
  for (const [what, rules, status, kind, reason] of [
    ['goes on after approval', {}, agreed('approve'), 'done', 'Approved'],
    ['stops at a rejection', {}, agreed('reject'), 'stuck', 'ReviewRejected'],
    ['stops where work is needed', {}, agreed('needs-work'), 'stuck', 'ReviewRejected'],
    ['stops above the risk that is accepted', {}, agreed('approve', 'high'), 'stuck', 'ReviewRejected'],
    ['accepts the risk that is accepted', { maxRisk: 'high' }, agreed('approve', 'high'), 'done', 'Approved'],
    ['waits for a verdict', {}, undefined, 'wait', 'WaitingForReview'],
    ['asks a person where nobody agrees', {}, split('Tied'), 'act', 'AskingForApproval'],
    ['denies where that is the mode', { onUnavailable: 'Deny' }, split('QuorumMissing'), 'stuck', 'ReviewUnavailable'],
    ['proceeds where that is the mode', { onUnavailable: 'Proceed' }, split('Tied'), 'done', 'ProceededWithoutReview'],
    ['proceeds in no mode past a veto', { onUnavailable: 'Proceed' }, split('Vetoed'), 'stuck', 'ReviewRejected'],
    [
      'proceeds in no mode past an objection',
      { onUnavailable: 'Proceed' },
      objected('Tied'),
      'stuck',
      'ReviewRejected',
    ],
    ['takes advice for advice', { require: 'advise' }, agreed('reject'), 'done', 'Advised'],
    ['asks nobody where none is required', { require: 'none' }, undefined, 'done', 'ReviewNotRequired'],
  ] as const satisfies readonly (readonly [string, Review, Status, string, string])[]) {
    it(what, () => {
      const { kind: decided, reason: why } = review.decide(asked(rules, status), laws());
      assert.deepEqual([decided, why], [kind, reason]);
    });
  }

  it('names the worst findings of a rejection', () => {
    const finding = (severity: 'low' | 'critical', message: string) => ({
      expert: 'security',
      rule: `security/${message}`,
      severity,
      object: 'plan',
      message,
    });
    const findings = [finding('low', 'a'), finding('low', 'b'), finding('critical', 'c'), finding('low', 'd')];
    const decision = review.decide(asked({}, { ...agreed('reject'), findings }), laws());
    assert.include(
      decision.message,
      'the experts say reject: c [security/c]; a [security/a]; b [security/b]; and 1 more',
    );
  });

  it('waits for a person as long as the consultation does, in its words', () => {
    const expiresAt = new Date(START + 4 * 3_600_000).toISOString();
    const status: Status = { phase: 'AwaitingHuman', expiresAt, message: 'alice is asked until this evening' };
    const observed = asked({ expiresAfter: '4h' }, status);
    const decision = review.decide(observed, laws({ now: START + 3_600_000 }));
    assert.deepInclude(decision, { kind: 'wait', reason: 'WaitingForApproval' });
    assert.match(decision.message, /^alice is asked until this evening; kubectl describe consult /);
    const later = review.decide(observed, laws({ now: START + 4 * 3_600_000 + 600_001 }));
    assert.deepInclude(later, { kind: 'act', reason: 'AskingForApproval' });
  });

  it('gives people the time that the plan gives them', () => {
    const observed = anObservation({}, aDeployment({ review: { expiresAfter: '4h' } }));
    const decision = review.decide(observed, laws());
    const action = decision.kind === 'act' ? decision.actions[0] : undefined;
    assert.equal(action?.type === 'create-object' && (action.object as ExpertConsultation).spec.deadline, '4h'); // border: the room's own object
  });

  it('does not wait for ever', () => {
    const decision = review.decide(asked({ onUnavailable: 'Deny' }, undefined), laws({ now: START + 600_000 }));
    assert.deepInclude(decision, { kind: 'stuck', reason: 'ReviewUnavailable' });
  });

  it('asks once, with the plan as the subject', () => {
    const decision = review.decide(anObservation(), laws());
    assert.equal(decision.kind, 'act');
    if (decision.kind !== 'act' || decision.actions[0].type !== 'create-object') return assert.fail('creates nothing');
    const { metadata, spec } = decision.actions[0].object as ExpertConsultation;
    const { delivery } = anObservation();
    assert.deepEqual(
      [metadata.name, spec.subject],
      [
        `shop-${delivery.id}-review`,
        {
          kind: 'Deployment',
          name: 'shop',
          uid: 'uid-shop',
          planHash: delivery.plan.hash,
          planName: `shop-${delivery.plan.hash}`,
          step: 'review',
        },
      ],
    );
    assert.equal(decision.actions.length, 1);
  });

  it('does not take back an approval that is used, when the consultation is gone', () => {
    const begun = remembering(anObservation(), {
      review: { consultation: 'gone', message: '4 of 4 say approve' },
      steps: [{ name: 'roll-out', state: 'Running', attempt: 1 }],
    });
    assert.equal(review.decide(begun, laws()).kind, 'done');
  });

  it('takes no answer about another plan', () => {
    const [other] = reviewed(anObservation(), agreed('approve')).consultations;
    assert.isDefined(other);
    if (other === undefined) return;
    assert.deepEqual(verdictOf(other, 'another-plan'), {
      kind: 'none',
      reason: 'ApprovalStale',
      message: 'they were asked about another plan',
    });
  });

  it('tells why a consultation that could not be asked has no verdict', () => {
    const condition = { status: 'True', message: '', lastTransitionTime: '', observedGeneration: 1 } as const;
    const status = {
      phase: 'Failed',
      message: 'no',
      conditions: [{ ...condition, type: 'Stalled', reason: 'PolicyDenied' }],
    } as const;
    const [failed] = reviewed(anObservation(), status).consultations;
    assert.isDefined(failed);
    if (failed === undefined) return;
    const expected = { kind: 'none', reason: 'PolicyDenied', message: 'no' } as const;
    assert.deepEqual(verdictOf(failed, anObservation().delivery.plan.hash), expected);
  });
});
