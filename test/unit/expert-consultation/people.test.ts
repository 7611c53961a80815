import { assert } from 'chai';
import type {
  ExpertAnswerStatus,
  ExpertConsultationStatus,
  HumanAnswer,
} from '../../../operator/api/generated/expert-consultation.ts';
import { peopleOf } from '../../../operator/controllers/expert-consultation/people.ts';
import { CREATED, consultation } from './consultation.ts';

const HOUR = 3_600_000;
const NOW = CREATED + HOUR;
const seats = ['release-manager', 'sre'].map((name) => ({ name, provider: 'human', required: true }));
const panel = [{ name: 'security', provider: 'builtin/security' }, ...seats];

describe('the answers of people', () => {
  const given = (fields: Partial<HumanAnswer> = {}): HumanAnswer => ({
    expert: 'release-manager',
    by: 'alice',
    answer: 'approve',
    planHash: 'p1',
    ...fields,
  });
  const row = (fields: Partial<ExpertAnswerStatus> = {}): ExpertAnswerStatus => ({
    expert: 'release-manager',
    provider: 'human',
    kind: 'human',
    state: 'Answered',
    by: 'alice',
    planHash: 'p1',
    answer: 'approve',
    ...fields,
  });
  const people = (answers: readonly HumanAnswer[], now = NOW, status: ExpertConsultationStatus = {}) =>
    peopleOf({ ...consultation({ experts: panel, answers }), status }, panel, now);
  const refusal = (answers: readonly HumanAnswer[], now = NOW, status: ExpertConsultationStatus = {}) => {
    const last = people(answers, now, status).rows.at(-1);
    return [last?.state, last?.by, last?.error];
  };

  it('are waited for a day unless the spec sets another deadline', () => {
    assert.deepEqual(people([]), {
      rows: seats.map(
        ({ name }) => ({ expert: name, provider: 'human', kind: 'human', state: 'AwaitingHuman' }) as const,
      ),
      awaited: seats,
      until: CREATED + 24 * HOUR,
      expired: false,
      news: [],
    });
    const spec = { experts: panel, deadline: '30m' };
    assert.equal(peopleOf(consultation(spec), panel, NOW).until, CREATED + HOUR / 2);
  });

  it('are waited for by nobody whose panel has no people', () => {
    const machines = panel.slice(0, 1);
    const nobody = { rows: [], awaited: [], expired: false, news: [] };
    assert.deepEqual(peopleOf(consultation({ experts: machines }), machines, NOW + 48 * HOUR), nobody);
  });

  it('count for the expert they name, and are told once', () => {
    const { rows, awaited, news } = people([given()]);
    assert.deepEqual(rows[0], row());
    assert.deepEqual(awaited, seats.slice(1));
    assert.deepEqual(news, ['alice answers "approve" as release-manager']);
    assert.deepEqual(people([given()], NOW, { answers: rows }).news, []);
  });

  it('are read as the engine reads a choice', () => {
    assert.equal(people([given({ answer: ' Approve' })]).rows[0]?.answer, 'approve');
  });

  it('stay counted after the deadline, and whatever becomes of the spec', () => {
    const status = { answers: [row()] };
    assert.deepEqual(people([], NOW + 48 * HOUR, status).rows[0], row());
    assert.deepEqual(people([given({ answer: 'reject' })], NOW, status).rows[0], row());
  });

  it('are missing after the deadline, and nobody is waited for any longer', () => {
    const { rows, awaited, expired } = people([], CREATED + 24 * HOUR);
    assert.isTrue(expired);
    assert.isEmpty(awaited);
    assert.deepInclude(rows[1], { state: 'Failed', error: 'no answer was seen before 2026-03-03T14:00:00Z' });
  });

  const refused = [
    {
      what: 'of an expert that is not on the panel',
      answers: [given({ expert: 'bob' })],
      error: 'bob is no human expert of the panel; answer as release-manager, sre',
    },
    {
      what: 'in the name of a machine expert',
      answers: [given({ expert: 'security' })],
      error: 'security is no human expert of the panel; answer as release-manager, sre',
    },
    {
      what: 'that is no option',
      answers: [given({ answer: 'ship it' })],
      error: '"ship it" is no option; the options are approve, reject, needs-work',
    },
    {
      what: 'of a second person for the same expert',
      answers: [given({ by: 'bob' }), given()],
      error: 'bob answered as release-manager before; an expert answers once',
    },
    {
      what: 'of a person who has answered: two experts are two people',
      answers: [given(), given({ expert: 'sre' })],
      error: 'they answered as release-manager before; a person answers once',
    },
    {
      what: 'that came after the deadline',
      answers: [given()],
      now: CREATED + 24 * HOUR,
      error: 'the deadline, 2026-03-03T14:00:00Z, had passed when it was seen',
    },
    {
      what: 'that came after the verdict',
      answers: [given()],
      status: { consensus: { recommendation: 'approve' } },
      error: 'it came after the verdict',
    },
  ];
  for (const { what, answers, now, status, error } of refused) {
    it(`does not count one ${what}`, () => {
      assert.deepEqual(refusal(answers, now, status), ['Failed', 'alice', error]);
    });
  }

  it('keeps one to another plan as stale', () => {
    const error = (plan: string) => `it is about ${plan}, and the question is about p1`;
    assert.deepEqual(refusal([given({ planHash: 'p0' })]), ['Stale', 'alice', error('p0')]);
    const { planHash: _none, ...nameless } = given();
    assert.deepEqual(refusal([nameless]), ['Stale', 'alice', error('no plan')]);
  });

  it('never counts what was refused, and tells it once', () => {
    const late = people([given()], CREATED + 24 * HOUR);
    assert.deepEqual(late.news, [
      'the answer of alice as release-manager does not count: the deadline, 2026-03-03T14:00:00Z, had passed when it was seen',
    ]);
    const again = people([given()], NOW, { answers: late.rows });
    assert.deepEqual(again.rows.at(-1), late.rows.at(-1));
    assert.deepEqual(again.news, []);
  });

  it('leaves the seats as the verdict found them, whatever becomes of the panel', () => {
    const status = { answers: [row()], consensus: { recommendation: 'approve' } };
    assert.deepEqual(people([given()], NOW, status), {
      rows: [row()],
      awaited: [],
      until: CREATED + 24 * HOUR,
      expired: false,
      news: [],
    });
  });
});
