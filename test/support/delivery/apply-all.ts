import type { KubeObject } from '../../../operator/api/objects.ts';
import type { Cluster } from '../../cluster/cluster.ts';

/** Requests at a time: as many as the API server answers without queueing them. */
const AT_ONCE = 16;

const PLURALS: Readonly<Record<string, string>> = {
  Namespace: 'namespaces',
  Deployment: 'deployments',
  LimitRange: 'limitranges',
  ResourceQuota: 'resourcequotas',
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
  ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
  ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
};

/** Server-side apply, as `kubectl apply --server-side` of a hundred objects does it in ten times the time. */
export async function applyAll(cluster: Cluster, objects: readonly object[]): Promise<void> {
  await each(objects, async (object) => {
    const { kind, apiVersion, metadata } = object as KubeObject; // border: a manifest of a test
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const within = metadata.namespace === undefined ? root : `${root}/namespaces/${metadata.namespace}`;
    await cluster.expectSuccess({
      method: 'PATCH',
      path: `${within}/${PLURALS[kind]}/${metadata.name}?fieldManager=tests&force=true&fieldValidation=Strict`,
      contentType: 'application/apply-patch+yaml',
      body: object,
    });
  });
}

export async function mergePatch(cluster: Cluster, path: string, body: object): Promise<void> {
  await cluster.expectSuccess({ method: 'PATCH', path, contentType: 'application/merge-patch+json', body });
}

/** Does it to all, some at a time. */
export async function each<T>(all: readonly T[], once: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await once(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
