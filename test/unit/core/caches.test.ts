import { assert } from 'chai';
import type { KubeObject } from '../../../operator/api/objects.ts';
import type { ResourceName } from '../../../operator/api/resources.ts';
import { caches } from '../../../operator/core/caches.ts';

const of = (resource: ResourceName) => {
  const found = caches.find((definition) => definition.resource === resource);
  if (found === undefined) throw new Error(`no cache of ${resource}`);
  return found;
};
const object = (metadata: Partial<KubeObject['metadata']>, rest: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name: 'x', ...metadata },
  ...rest,
});

describe('the definitions of caches', () => {
  it('are one a kind (R20), and of every kind that many others make only our own are kept', () => {
    const names = caches.map(({ resource }) => resource);
    assert.lengthOf(names, new Set(names).size);
    const selected = caches.filter(({ labelSelector }) => labelSelector !== undefined).map(({ resource }) => resource);
    assert.includeMembers(selected, [
      'ReplicaSet',
      'ControllerRevision',
      'Pod',
      'ServiceAccount',
      'RoleBinding',
      'ResourceQuota',
      'LimitRange',
      'NetworkPolicy',
    ]);
  });

  it('find children by their controller owner only', () => {
    const owner = (uid: string, controller?: boolean) => ({
      apiVersion: 'v1',
      kind: 'O',
      name: uid,
      uid,
      ...(controller === undefined ? {} : { controller }),
    });
    const keys = of('ReplicaSet').indexes['owner'];
    assert.deepEqual(keys?.(object({ ownerReferences: [owner('a'), owner('b', true), owner('c', false)] })), ['b']);
    assert.deepEqual(keys?.(object({})), []);
  });

  it('find namespaces by their Tenant', () => {
    const keys = of('Namespace').indexes['tenant'];
    assert.deepEqual(keys?.(object({ labels: { 'code-engine.dev/tenant': 'acme' } })), ['acme']);
    assert.deepEqual(keys?.(object({ labels: {} })), []);
  });

  it('find autoscalers by the one of our Deployments that they scale, never by one of apps/v1', () => {
    const keys = of('HorizontalPodAutoscaler').indexes['scaleTarget'];
    const scaler = (scaleTargetRef: object) => object({ namespace: 'acme' }, { spec: { scaleTargetRef } });
    const target = { apiVersion: 'code-engine.dev/v1alpha1', kind: 'Deployment', name: 'shop' };
    assert.deepEqual(keys?.(scaler(target)), ['acme/shop']);
    assert.deepEqual(keys?.(scaler({ ...target, apiVersion: 'apps/v1' })), []);
    assert.deepEqual(keys?.(object({ namespace: 'acme' })), []);
  });

  it('keep of a pod its labels, owners, node and status, and neither annotations nor containers', () => {
    const pod = object(
      { labels: { a: 'b' }, annotations: { large: 'x' }, uid: 'u' },
      { spec: { nodeName: 'n1', containers: [{ name: 'app' }] }, status: { phase: 'Running' } },
    );
    const project = of('Pod').project;
    assert.deepEqual(
      project?.(pod),
      object({ labels: { a: 'b' }, uid: 'u' }, { spec: { nodeName: 'n1' }, status: { phase: 'Running' } }),
    );
    assert.deepEqual(project?.(object({})), object({}));
  });
});
