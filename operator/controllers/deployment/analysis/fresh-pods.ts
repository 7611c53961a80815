import type { KubeObject } from '../../../api/objects.ts';
import { hashedName } from '../../../core/hash.ts';
import { baselineSet } from '../build/baseline-set.ts';
import { type DeploymentObserved, planOfRevision } from '../observed.ts';
import { baselineKey } from '../rollout/baseline-key.ts';
import { comparesFresh } from '../rollout/fresh-baseline.ts';

/** A fresh baseline of what serves and one pod of it, for the dry run only: the API server may refuse today what it took then. */
export function freshPods({ object, namespace, delivery, memory, plans }: DeploymentObserved): readonly KubeObject[] {
  const { serving = '' } = memory.revisions ?? {};
  const plan = planOfRevision(plans, serving);
  if (plan === undefined || serving === delivery.plan.revision || !comparesFresh(delivery.plan)) return [];
  const set = baselineSet(object, plan, delivery.id, 1);
  const { metadata, spec } = set.spec.template;
  const name = hashedName(object.metadata.name, `${baselineKey(delivery.id)}-dry-run`);
  return [set, { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, namespace }, spec } as KubeObject]; // border: a pod by its template
}
