import { assert } from 'chai';
import { annotations } from '../../operator/api/names.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { answerAs, inPhase } from '../support/consultations.ts';
import { apply, ended, type Name, readDeployment, sizes, succeed } from '../support/delivery/delivery.ts';
import { answerGate, gated, namespaceWithGate, questionOf } from '../support/delivery/gate.ts';
import { shop } from '../support/delivery/manifests.ts';
import { operator } from '../support/operator.ts';
import { personWith } from '../support/person-with.ts';

describe('the gate of a canary on a real control plane (B13)', function () {
  this.timeout(120_000);
  let cluster: Cluster;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    ({ cluster } = await operator());
  });

  /** A canary that asks the release managers of its Tenant, with what it asks. */
  async function asking(purpose: string): Promise<{ name: Name; good: string; question: Name }> {
    const namespace = await namespaceWithGate(cluster, purpose);
    const name = { namespace, name: 'shop' };
    await apply(cluster, shop({ ...name, version: 'one' }));
    const good = (await ended(cluster, name, 'Promoted')).status?.revisions?.serving ?? '';
    await apply(cluster, gated(name, 'two'));
    const { status } = await ended(cluster, name, 'WaitingForApproval');
    assert.deepInclude(status?.step, { index: 2, of: 3, name: 'approve', weight: 33 });
    return { name, good, question: await questionOf(cluster, name) };
  }

  it('opens when a release manager of the Tenant approves', async () => {
    const { name, good, question } = await asking('gate-opened');
    await answerGate(cluster, question, 'approve');
    const { status } = await ended(cluster, name, 'Promoted');
    assert.deepEqual(await sizes(cluster, name), { [good]: 0, [status?.revisions?.serving ?? '']: 3 });
  });

  it('goes back when one rejects, and says who', async () => {
    const { name, good, question } = await asking('gate-closed');
    await answerGate(cluster, question, 'reject');
    await ended(cluster, name, 'RolledBack');
    const { status } = await readDeployment(cluster, name);
    assert.equal(status?.revisions?.serving, good);
    assert.deepInclude(status?.revisions?.rejected?.[0], { reason: 'ApprovalRefused' });
    assert.include(status?.message, 'panel release-managers says reject');
  });

  it('is withdrawn when the delivery is aborted, and takes no answer then', async () => {
    const { name, question } = await asking('gate-withdrawn');
    await inPhase(cluster, question, 'AwaitingHuman');
    const { namespace } = name;
    await succeed(cluster, [
      'annotate',
      'deployments.code-engine.dev',
      'shop',
      `${annotations.abort}=1`,
      '-n',
      namespace,
    ]);
    const { spec, status } = await inPhase(cluster, question, 'Withdrawn');
    assert.equal(spec.withdrawn?.reason, 'Aborted');
    const alice = await personWith(cluster, 'alice', 'code:approver');
    const planHash = status?.planHash ?? '';
    const late = await answerAs(alice, cluster, question, {
      expert: 'release-manager',
      by: alice,
      answer: 'approve',
      planHash,
    });
    assert.include(late.stderr, 'the question was withdrawn');
  });
});
