import { assert } from 'chai';
import type { KubeObject } from '../../../operator/api/objects.ts';
import type { ResourceName } from '../../../operator/api/resources.ts';
import { limitRange } from '../../../operator/controllers/tenant/build/limit-range.ts';
import { observe } from '../../../operator/controllers/tenant/observe.ts';
import { caches } from '../../../operator/core/caches.ts';
import type { Reader } from '../../../operator/ports/kube.ts';
import { acme, namespaceNamed } from './world.ts';

/** The caches over a list of objects, with the indexes that `core/caches.ts` defines. */
function readerOver(objects: readonly KubeObject[]): Reader {
  const of = (resource: ResourceName) => objects.filter(({ kind }) => kind === resource);
  return {
    get: <T extends KubeObject>({ resource, namespace, name }: Parameters<Reader['get']>[0]) =>
      of(resource).find(({ metadata }) => metadata.name === name && metadata.namespace === namespace) as T | undefined, // border
    by: <T extends KubeObject>(resource: ResourceName, index: string, value: string) => {
      const keys = caches.find((cache) => cache.resource === resource)?.indexes[index];
      return of(resource).filter((object) => keys?.(object).includes(value)) as readonly KubeObject[] as readonly T[]; // border
    },
    serves: () => true,
    read: () => Promise.reject(new Error('the tenant room reads its caches only')),
  };
}

describe('what a tenant sees', () => {
  it('is every namespace with its label or in its spec, once, and the guardrails of those with its label', async () => {
    const tenant = acme({ namespaces: { create: ['acme-a', 'acme-none'], adopt: { names: ['legacy', 'rivals'] } } });
    const objects = [
      namespaceNamed('acme-a', 'acme'),
      namespaceNamed('acme-x', 'acme'),
      namespaceNamed('legacy', undefined),
      namespaceNamed('rivals', 'rival'),
      namespaceNamed('other', undefined),
      limitRange(tenant, 'acme-a'),
      limitRange(tenant, 'legacy'),
      limitRange(tenant, 'rivals'),
    ];
    const { namespaces, guardrails, going } = await observe(tenant, {
      reader: readerOver(objects),
      config: { look: async () => [] },
      now: 0,
    });
    assert.deepEqual(namespaces.map(({ metadata }) => metadata.name).sort(), ['acme-a', 'acme-x', 'legacy', 'rivals']);
    assert.deepEqual([...guardrails.keys()], ['LimitRange/acme-a/code-limits']);
    assert.deepEqual(going, []);
  });
});
