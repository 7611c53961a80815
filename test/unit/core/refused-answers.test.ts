import { assert } from 'chai';
import type {
  ExpertAnswerStatus,
  ExpertConsultation,
  ExpertConsultationStatus,
} from '../../../operator/api/generated/expert-consultation.ts';
import { refusedAnswers } from '../../../operator/core/refused-answers.ts';
import { smallObject } from '../../support/small-room.ts';

const row = (change: Partial<ExpertAnswerStatus> = {}): ExpertAnswerStatus => ({
  expert: 'release-manager',
  provider: 'human',
  kind: 'human',
  state: 'Failed',
  by: 'alice',
  error: 'the deadline had passed',
  ...change,
});
const asked = (
  status: ExpertConsultationStatus,
  subject: object = { kind: 'Deployment', name: 'shop', planHash: 'p1' },
) =>
  ({
    ...smallObject({ name: 'shop-gate', namespace: 'acme-prod' }, { kind: 'ExpertConsultation', spec: { subject } }),
    status,
  }) as unknown as ExpertConsultation; // border: as much of one as is read
const told = (before: ExpertConsultationStatus, after: ExpertConsultationStatus, subject?: object) =>
  refusedAnswers(asked(before, subject), after);

describe('the events of answers that do not count', () => {
  it('say whose, why, and that another person may answer', () => {
    const stale = row({ state: 'Stale', error: 'it is about p0, and the question is about p1' });
    assert.deepEqual(told({}, { phase: 'AwaitingHuman', answers: [stale] }), [
      {
        type: 'Warning',
        reason: 'AnswerStale',
        message:
          'the answer of alice as release-manager does not count: it is about p0, and the question is about p1; another person may answer: kubectl code answer shop-gate -n acme-prod',
      },
    ]);
  });

  it('say how to ask again once nobody is waited for', () => {
    const over = { phase: 'Failed', answers: [row()] } as const;
    const [event] = told({}, over);
    assert.equal(
      event?.message,
      'the answer of alice as release-manager does not count: the deadline had passed; nobody is waited for any more; to ask again, set the annotation code-engine.dev/retry of Deployment shop to a new value',
    );
    assert.equal(event?.reason, 'AnswerRefused');
    const [other] = told({}, over, { kind: 'Tool', name: 'scan', planHash: 'p1' });
    assert.include(other?.message, 'create a new consultation to ask again');
  });

  it('are one for each that is new', () => {
    const bob = row({ by: 'bob', expert: 'sre', error: 'sre is no human expert of the panel' });
    const events = told({ answers: [row()] }, { phase: 'AwaitingHuman', answers: [row(), bob] });
    assert.deepEqual(
      events.map(({ message }) => message.slice(0, 24)),
      ['the answer of bob as sre'],
    );
    assert.deepEqual(told({ answers: [row(), bob] }, { answers: [row(), bob] }), []);
  });

  it('are none of answers that count, of silence, of machines, nor of other kinds', () => {
    const answers: readonly ExpertAnswerStatus[] = [
      row({ state: 'Answered', answer: 'approve' }),
      { expert: 'sre', provider: 'human', kind: 'human', state: 'Failed', error: 'no answer was seen' },
      { expert: 'security', provider: 'builtin/security', kind: 'rules', state: 'Failed', error: 'it broke' },
    ];
    assert.deepEqual(told({}, { answers }), []);
    assert.deepEqual(refusedAnswers(smallObject(), { answers: [row()] } as object), []);
  });
});
