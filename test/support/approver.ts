import type { ExpertConsultation } from '../../operator/api/generated/expert-consultation.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { personWith } from './person-with.ts';

const COLLECTION = '/apis/code-engine.dev/v1alpha1';

/** A release manager who answers every question about a step that a person is asked. */
export interface Approver {
  /** Looks once at what is asked, everywhere. */
  answerAll(): Promise<void>;
}

/** @param rejects the deliveries whose name it is are rejected, all others approved */
export async function approver(cluster: Cluster, expert: string, rejects: string): Promise<Approver> {
  const alice = await personWith(cluster, 'alice', 'code:approver');
  return {
    async answerAll() {
      const found = (await cluster.expectSuccess({ path: `${COLLECTION}/expertconsultations` })) as {
        readonly items: readonly ExpertConsultation[]; // border: the answer to a list
      };
      const asked = found.items.filter(
        ({ spec, status }) => spec.subject?.step?.startsWith('approve-') && status?.phase === 'AwaitingHuman',
      );
      for (const one of asked) if ((one.spec.answers ?? []).length === 0) await answer(one);
    },
  };

  async function answer({ metadata: { namespace, name }, spec, status }: ExpertConsultation): Promise<void> {
    const planHash = status?.planHash;
    const said = {
      expert,
      by: alice,
      answer: spec.subject?.name === rejects ? 'reject' : 'approve',
      rationale: 'as seen',
    };
    const path = `${COLLECTION}/namespaces/${namespace}/expertconsultations/${name}?fieldManager=${alice}`;
    await cluster.expectSuccess({
      method: 'PATCH',
      path,
      contentType: 'application/apply-patch+yaml',
      headers: { 'impersonate-user': alice },
      body: {
        apiVersion: 'code-engine.dev/v1alpha1',
        kind: 'ExpertConsultation',
        metadata: { namespace, name },
        spec: { answers: [{ ...said, ...(planHash === undefined ? {} : { planHash }) }] },
      },
    });
  }
}
