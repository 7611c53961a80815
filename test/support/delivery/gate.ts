/** A canary that waits for the release managers of its Tenant, and their answer. */
import { assert } from 'chai';
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import type { ExpertConsultation } from '../../../operator/api/generated/expert-consultation.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { answerAs, inPhase, succeeded } from '../consultations.ts';
import { personWith } from '../person-with.ts';
import { list, type Name, readDeployment } from './delivery.ts';
import { shop } from './manifests.ts';
import { tenantNamespace } from './tenancy.ts';

const panels = [{ name: 'release-managers', experts: [{ name: 'release-manager', provider: 'human' }] }];

/** The namespace of a new Tenant that has release managers. */
export const namespaceWithGate = (cluster: Cluster, purpose: string): Promise<string> =>
  tenantNamespace(cluster, purpose, { experts: { allow: ['builtin/*'], panels } });

/** The sample delivery as a canary that asks at a third of the pods. */
export const gated = (name: Name, version = 'gated'): Deployment =>
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

/** What a delivery at its gate asks; of its frozen plan. */
export async function questionOf(cluster: Cluster, name: Name): Promise<Name> {
  const plan = (await readDeployment(cluster, name)).status?.plan?.hash;
  const consultations = await list<ExpertConsultation>(
    cluster,
    '/apis/code-engine.dev/v1alpha1',
    name.namespace,
    'expertconsultations',
    `code-engine.dev/plan=${plan},code-engine.dev/deployment=${name.name}`,
  );
  const found = consultations.find(({ spec }) => spec.subject?.step === 'approve-2');
  assert.equal(found?.spec.subject?.planHash, plan);
  return { namespace: name.namespace, name: found?.metadata.name ?? '' };
}

/** Has a release manager, a new person, answer. */
export async function answerGate(cluster: Cluster, question: Name, said: 'approve' | 'reject'): Promise<void> {
  const alice = await personWith(cluster, 'alice', 'code:approver');
  const { status, metadata } = await inPhase(cluster, question, 'AwaitingHuman');
  assert.isDefined(metadata.uid);
  const { planHash } = status ?? {};
  const entry = { expert: 'release-manager', by: alice, answer: said, rationale: 'as seen' };
  succeeded(await answerAs(alice, cluster, question, { ...entry, ...(planHash === undefined ? {} : { planHash }) }));
}
