import { assert } from 'chai';
import type { Review } from '../../operator/api/generated/deployment.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { answerAs, inPhase, succeeded } from '../support/consultations.ts';
import { apply, ended, type Name, sizes } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { operator } from '../support/operator.ts';
import { personWith } from '../support/person-with.ts';
import { testNamespace } from '../support/plane.ts';

const review: Review = {
  experts: [
    { name: 'security', provider: 'builtin/security', veto: true },
    { name: 'alice', provider: 'human', required: true },
  ],
  expiresAfter: '4h',
};

describe('a review with a person on the panel, on a real control plane', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    ({ cluster } = await operator());
  });

  /** A first delivery that waits for its person, before any pod exists. */
  async function waiting(purpose: string): Promise<{ name: Name; question: Name }> {
    const namespace = await testNamespace(purpose);
    const name = { namespace, name: 'shop' };
    await apply(cluster, shop({ ...name, spec: { review, tools: {} } }));
    const { status } = await ended(cluster, name, 'WaitingForApproval');
    assert.deepEqual(await sizes(cluster, name), {});
    return {
      name,
      question: { namespace, name: status?.message?.match(/kubectl describe consult (\S+)$/)?.[1] ?? '' },
    };
  }

  async function answer(question: Name, said: 'approve' | 'reject', expert = 'alice'): Promise<void> {
    const by = await personWith(cluster, 'alice', 'code:approver');
    const { status } = await inPhase(cluster, question, 'AwaitingHuman');
    const planHash = status?.planHash ?? '';
    succeeded(await answerAs(by, cluster, question, { expert, by, answer: said, rationale: 'read it', planHash }));
  }

  it('rolls out once the person approves', async () => {
    const { name, question } = await waiting('people-approve');
    await answer(question, 'approve');
    const { status } = await ended(cluster, name, 'Promoted');
    assert.equal(status?.review?.verdict, 'approve');
  });

  it('makes no pod when the person says no', async () => {
    const { name, question } = await waiting('people-reject');
    await answer(question, 'reject');
    await ended(cluster, name, 'ReviewRejected');
    assert.deepEqual(await sizes(cluster, name), {});
  });

  it('has a person decide in the place of experts who are too few, before any pod exists', async () => {
    const name = { namespace: await testNamespace('people-instead'), name: 'shop' };
    await apply(cluster, shop({ ...name, spec: { review: { quorum: 5 }, tools: {} } }));
    const { status } = await ended(cluster, name, 'WaitingForApproval');
    assert.match(
      status?.message ?? '',
      /no verdict \(QuorumMissing\): .*: a person \(release-manager\) is asked until/,
    );
    assert.deepEqual(await sizes(cluster, name), {});
    const question = { ...name, name: status?.message?.match(/kubectl describe consult (\S+) says/)?.[1] ?? '' };
    await answer(question, 'approve', 'release-manager');
    const { status: after } = await ended(cluster, name, 'Promoted');
    assert.deepInclude(after?.review, { consultation: question.name, verdict: 'approve' });
  });
});
