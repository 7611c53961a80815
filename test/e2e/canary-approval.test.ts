import { assert } from 'chai';
import type { ExpertConsultation } from '../../operator/api/generated/expert-consultation.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { answerAs, inPhase, succeeded } from '../support/consultations.ts';
import { apply, ended, list, type Name, readDeployment, sizes } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { tenantNamespace } from '../support/delivery/tenancy.ts';
import { operator } from '../support/operator.ts';
import { personWith } from '../support/person-with.ts';

const panels = [{ name: 'release-managers', experts: [{ name: 'release-manager', provider: 'human' }] }];

describe('the gate of a canary on a real control plane', function () {
  this.timeout(120_000);
  let cluster: Cluster;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    ({ cluster } = await operator());
  });

  const gated = (name: Name, version: string) =>
    shop({
      ...name,
      version,
      spec: {
        strategy: {
          type: 'Canary',
          canary: { steps: [{ weight: 33 }, { approve: { panel: 'release-managers', expiresAfter: '1h' } }] },
        },
      },
    });

  /** A canary that asks the release managers of its Tenant, with what it asks. */
  async function asking(purpose: string): Promise<{ name: Name; good: string; question: Name }> {
    const namespace = await tenantNamespace(cluster, purpose, { experts: { allow: ['builtin/*'], panels } });
    const name = { namespace, name: 'shop' };
    await apply(cluster, shop({ ...name, version: 'one' }));
    const good = (await ended(cluster, name, 'Promoted')).status?.revisions?.serving ?? '';
    await apply(cluster, gated(name, 'two'));
    const { status } = await ended(cluster, name, 'WaitingForApproval');
    assert.deepInclude(status?.step, { index: 2, of: 3, name: 'approve', weight: 33 });
    const consultations = await list<ExpertConsultation>(
      cluster,
      '/apis/code-engine.dev/v1alpha1',
      namespace,
      'expertconsultations',
      `code-engine.dev/plan=${status?.plan?.hash}`,
    );
    const found = consultations.find(({ spec }) => spec.subject?.step === 'approve-2');
    assert.equal(found?.spec.subject?.planHash, status?.plan?.hash);
    return { name, good, question: { namespace, name: found?.metadata.name ?? '' } };
  }

  async function answer(question: Name, said: 'approve' | 'reject'): Promise<void> {
    const alice = await personWith(cluster, 'alice', 'code:approver');
    const { status, metadata } = await inPhase(cluster, question, 'AwaitingHuman');
    assert.isDefined(metadata.uid);
    const { planHash } = status ?? {};
    const entry = { expert: 'release-manager', by: alice, answer: said, rationale: 'as seen' };
    succeeded(await answerAs(alice, cluster, question, { ...entry, ...(planHash === undefined ? {} : { planHash }) }));
  }

  it('opens when a release manager of the Tenant approves', async () => {
    const { name, good, question } = await asking('gate-opened');
    await answer(question, 'approve');
    const { status } = await ended(cluster, name, 'Promoted');
    assert.deepEqual(await sizes(cluster, name), { [good]: 0, [status?.revisions?.serving ?? '']: 3 });
  });

  it('goes back when one rejects, and says who', async () => {
    const { name, good, question } = await asking('gate-closed');
    await answer(question, 'reject');
    await ended(cluster, name, 'RolledBack');
    const { status } = await readDeployment(cluster, name);
    assert.equal(status?.revisions?.serving, good);
    assert.deepInclude(status?.revisions?.rejected?.[0], { reason: 'ApprovalRefused' });
    assert.include(status?.message, 'panel release-managers says reject');
  });
});
