import { join } from 'node:path';
import { assert } from 'chai';
import { loadConsensusEngine } from '../../../operator/adapters/consensus/index.ts';
import type {
  Expert,
  ExpertConsultation,
  ExpertConsultationStatus,
  HumanAnswer,
} from '../../../operator/api/generated/expert-consultation.ts';
import { expertConsultation as room } from '../../../operator/controllers/expert-consultation/index.ts';
import type { Json } from '../../../operator/core/json.ts';
import { plan } from '../../../operator/core/plan.ts';
import type { ConsensusEngine } from '../../../operator/ports/consensus.ts';
import { projectRoot } from '../../verbs/project.ts';
import { CREATED, carefulPod, consultation, laws, observedAt, tenant } from './consultation.ts';
import { passOver } from './take-turns.ts';

const HOUR = 3_600_000;
const manager: Expert = { name: 'release-manager', provider: 'human', required: true };
const security: Expert = { name: 'security', provider: 'builtin/security', veto: true };
const reliability: Expert = { name: 'reliability', provider: 'builtin/reliability' };

/** Pass after pass on the real reviewers and the real engine; between passes nothing but the object is kept. */
describe('an approval by people', () => {
  let engine: ConsensusEngine;
  before(async () => {
    engine = await loadConsensusEngine(join(projectRoot, 'build', 'wasm'));
  });

  const asking = (...experts: readonly Expert[]) => consultation({ experts });
  const answer = (by: string, said: string, expert = 'release-manager'): HumanAnswer => ({
    expert,
    by,
    answer: said,
    planHash: 'p1',
  });

  it('waits for the person: Ready is Unknown, and whose turn it is can be read', async () => {
    const { status } = await pass(asking(security, manager));
    assert.equal(status?.phase, 'AwaitingHuman');
    assert.equal(status?.answered, '1/2');
    assert.equal(status?.expiresAt, '2026-03-03T14:00:00Z');
    assert.deepEqual(ready(status), [
      'Unknown',
      'WaitingForApproval',
      'waiting until 2026-03-03T14:00:00Z for a person to answer as release-manager: kubectl code answer shop-review -n acme-prod --answer approve|reject|needs-work',
    ]);
    assert.isTrue(status?.conditions?.some(({ type }) => type === 'Reconciling'));
  });

  it('calls a question that permits nothing no approval', async () => {
    const question = consultation({ experts: [manager], answer: { kind: 'choice', options: ['blue', 'green'] } });
    assert.deepEqual(ready((await pass(question)).status).slice(0, 2), ['Unknown', 'AwaitingHuman']);
  });

  it('agrees on what the person says, and asks no machine again', async () => {
    const waiting = await pass(asking(security, manager));
    // Whoever asked again would now be shown a privileged container.
    const answered = given(waiting, answer('alice', 'approve'));
    const { status } = await pass(answered, CREATED + HOUR, {
      containers: [{ ...carefulPod.containers[0], securityContext: { privileged: true } }],
    });
    assert.equal(status?.phase, 'Agreed');
    assert.equal(status?.answered, '2/2');
    assert.deepEqual(
      status?.answers?.map(({ expert, kind, answer, by }) => [expert, kind, answer, by]),
      [
        ['security', 'rules', 'approve', undefined],
        ['release-manager', 'human', 'approve', 'alice'],
      ],
    );
    assert.deepEqual(status?.answers?.slice(0, 1), waiting.status?.answers?.slice(0, 1));
    assert.equal(status?.questionDigest, waiting.status?.questionDigest);
    assert.equal(status?.askedAt, waiting.status?.askedAt);
  });

  it('gives a day later, to the byte, the verdict it would have given at once', async () => {
    const at = CREATED + 1_000;
    const words = { ...answer('alice', 'approve'), rationale: 'seen in staging' };
    const early = await pass(given(asking(security, reliability, manager), words), at);
    const waiting = await pass(asking(security, reliability, manager), at);
    const late = await pass(given(waiting, words), CREATED + 23 * HOUR);
    assert.deepEqual(late.status?.consensus, early.status?.consensus);
    assert.deepEqual(late.status?.answers, early.status?.answers);
    assert.equal(late.status?.message, early.status?.message);
  });

  it('is refused by a person as by a machine with a veto', async () => {
    const person = await pass(given(asking(manager), answer('alice', 'reject')));
    assert.equal(person.status?.consensus?.recommendation, 'reject');
    const privileged = { containers: [{ ...carefulPod.containers[0], securityContext: { privileged: true } }] };
    const start = given(asking(security, manager, { ...manager, name: 'sre' }), answer('alice', 'approve'));
    const machine = await pass(given(start, answer('bob', 'approve', 'sre')), laws.now, privileged);
    assert.equal(machine.status?.consensus?.abstained, 'Vetoed');
  });

  it('does not outvote a required person, unless the panel takes that veto away', async () => {
    const refused = await pass(given(asking(security, reliability, manager), answer('alice', 'reject')));
    assert.equal(refused.status?.phase, 'Split');
    assert.equal(refused.status?.consensus?.abstained, 'Vetoed');
    assert.include(refused.status?.message, 'release-manager');
    const outvoted = asking(security, reliability, { ...manager, veto: false });
    assert.equal((await pass(given(outvoted, answer('alice', 'reject')))).status?.phase, 'Agreed');
  });

  it('needs every required person', async () => {
    const sre = { ...manager, name: 'sre' };
    const first = await pass(given(asking(manager, sre), answer('alice', 'approve')));
    assert.equal(first.status?.phase, 'AwaitingHuman');
    assert.include(first.status?.message, 'for a person to answer as sre');
    const same = await pass(given(first, answer('alice', 'approve', 'sre')));
    assert.equal(same.status?.phase, 'AwaitingHuman');
    assert.equal(same.status?.answered, '1/2');
    const second = await pass(given(same, answer('bob', 'approve', 'sre')));
    assert.equal(second.status?.phase, 'Agreed');
    assert.deepEqual(second.status?.timeline, [
      '14:00:01 answers: alice answers "approve" as release-manager',
      `14:00:01 ask-experts: ${first.status?.message}`,
      '14:00:01 answers: the answer of alice as sre does not count: they answered as release-manager before; a person answers once',
      '14:00:01 answers: bob answers "approve" as sre',
      `14:00:01 weigh-answers: ${second.status?.message}`,
    ]);
  });

  it('shows where the panel wants four eyes, for admission to keep', async () => {
    const experts = [manager];
    const panels = [{ name: 'release-managers', separation: true, experts }];
    const object = consultation({ panel: 'release-managers' });
    const observed = { ...observedAt(object, laws.now), tenant: tenant({ experts: { panels } }) };
    const trail = { turns: [], standing: plan(room.steps, observed, laws) };
    const status = room.report(observed, trail, laws) as ExpertConsultationStatus; // border: the room's own fields
    assert.deepEqual([status.planHash, status.separation], ['p1', true]);
    const { status: inline } = await pass(asking(manager));
    assert.notProperty(inline, 'separation');
  });

  it('waits for a person who is not required only while there is no recommendation', async () => {
    const advisor: Expert = { name: 'advisor', provider: 'human' };
    const agreed = await pass(asking(security, reliability, advisor));
    assert.equal(agreed.status?.phase, 'Agreed');
    assert.deepInclude(agreed.status?.answers?.at(-1), { expert: 'advisor', state: 'Abstained' });
    const tied = await pass(given(asking(manager, { ...manager, name: 'sre' }, advisor), answer('alice', 'approve')));
    const waiting = await pass(given(tied, answer('bob', 'reject', 'sre')));
    assert.equal(waiting.status?.phase, 'AwaitingHuman');
    assert.include(waiting.status?.message, 'for a person to answer as advisor');
    const settled = await pass(given(waiting, answer('carol', 'reject', 'advisor')));
    assert.equal(settled.status?.consensus?.recommendation, 'reject');
  });

  it('fails at the deadline and says who was waited for; an answer then is late', async () => {
    const waiting = await pass(asking(security, manager));
    const end = CREATED + 24 * HOUR;
    const expired = await pass(waiting, end);
    assert.equal(expired.status?.phase, 'Failed');
    assert.equal(expired.status?.consensus?.abstained, 'RequiredExpertMissing');
    const [status, reason, message = ''] = ready(expired.status);
    assert.deepEqual([status, reason], ['False', 'DeadlineExceeded']);
    assert.include(message, 'no answer as release-manager was seen before 2026-03-03T14:00:00Z');
    const late = await pass(given(expired, answer('alice', 'approve')), end + HOUR);
    assert.equal(late.status?.phase, 'Failed');
    assert.deepInclude(late.status?.answers?.at(-1), {
      by: 'alice',
      state: 'Failed',
      error: 'it came after the verdict',
    });
    assert.deepEqual(late.status?.consensus, expired.status?.consensus);
    assert.include(
      late.status?.timeline?.at(-1),
      'answers: the answer of alice as release-manager does not count: it came after the verdict',
    );
  });

  it('is over when it is withdrawn, counts no answer that comes all the same, and goes on when it is asked again', async () => {
    const waiting = await pass(asking(security, manager));
    const withdrawn = { reason: 'Aborted', message: 'revision r2 was rejected' };
    const over = await pass({ ...waiting, spec: { ...waiting.spec, withdrawn } });
    assert.equal(over.status?.phase, 'Withdrawn');
    assert.deepEqual(ready(over.status), [
      'True',
      'Withdrawn',
      'withdrawn (Aborted): revision r2 was rejected; nobody has to answer',
    ]);
    const rows = (one: ExpertConsultation) =>
      one.status?.answers?.map(({ expert, state, by, error }) => [expert, state, by, error]).slice(1);
    assert.deepEqual(rows(over), [
      ['release-manager', 'Abstained', undefined, 'the question was withdrawn before an answer'],
    ]);
    const late = await pass(given(over, answer('alice', 'approve')));
    assert.deepEqual(rows(late)?.at(-1), [
      'release-manager',
      'Failed',
      'alice',
      'the question had been withdrawn when it was seen',
    ]);
    assert.equal(late.status?.phase, 'Withdrawn');
    const { withdrawn: _again, ...spec } = over.spec;
    const again = await pass({ ...over, spec });
    assert.equal(again.status?.phase, 'AwaitingHuman');
    assert.equal((await pass(given(again, answer('bob', 'approve')))).status?.phase, 'Agreed');
  });

  it('asks nobody any longer once the deadline has passed', async () => {
    const { status } = await pass(asking(manager), CREATED + 24 * HOUR);
    assert.deepEqual(ready(status), [
      'False',
      'DeadlineExceeded',
      'the deadline passed at 2026-03-03T14:00:00Z, before anybody was asked; create the consultation again',
    ]);
  });

  it('writes nothing while nothing happens', async () => {
    for (const start of [asking(security, manager), given(asking(security, manager), answer('alice', 'approve'))]) {
      const once = await pass(start);
      assert.deepEqual((await pass(once, CREATED + 2 * HOUR)).status, once.status);
    }
  });

  function given(object: ExpertConsultation, entry: HumanAnswer): ExpertConsultation {
    const answers = [...(object.spec.answers ?? []), entry];
    return { ...object, spec: { ...object.spec, answers } };
  }

  const pass = (object: ExpertConsultation, now = laws.now, pod?: Json) => passOver(object, now, engine, pod);
});

function ready(status: ExpertConsultationStatus | undefined): readonly (string | undefined)[] {
  const found = status?.conditions?.find(({ type }) => type === 'Ready');
  return [found?.status, found?.reason, found?.message];
}
