import { assert } from 'chai';
import type { KubeObject } from '../../operator/api/objects.ts';
import { apply, ended, list, type Name, succeed } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { operator, type SharedOperator } from '../support/operator.ts';
import { testNamespace } from '../support/plane.ts';
import { until } from '../support/until.ts';

const CHILDREN = [
  ['/apis/apps/v1', 'replicasets'],
  ['/apis/apps/v1', 'controllerrevisions'],
  ['/apis/code-engine.dev/v1alpha1', 'expertconsultations'],
  ['/api/v1', 'pods'],
] as const;

describe('the end of a delivery', function () {
  this.timeout(90_000);
  let shared: SharedOperator;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    shared = await operator();
  });

  const remove = ({ namespace, name }: Name, ...how: readonly string[]) =>
    succeed(shared.cluster, ['delete', 'deployments.code-engine.dev', name, '-n', namespace, '--timeout=60s', ...how]);

  /** How many of each kind of child are left. */
  async function left(namespace: string): Promise<Readonly<Record<string, number>>> {
    const counts = CHILDREN.map(async ([version, plural]) => {
      return [plural, (await list<KubeObject>(shared.cluster, version, namespace, plural)).length] as const;
    });
    return Object.fromEntries(await Promise.all(counts));
  }

  it('takes everything that it made with it', async () => {
    const name = { namespace: await testNamespace('deleted'), name: 'shop' };
    await apply(shared.cluster, shop(name));
    await ended(shared.cluster, name, 'Promoted');
    assert.deepEqual(await left(name.namespace), {
      replicasets: 1,
      controllerrevisions: 1,
      expertconsultations: 1,
      pods: 3,
    });
    await remove(name);
    const none = { replicasets: 0, controllerrevisions: 0, expertconsultations: 0, pods: 0 };
    await until('its children were gone', 60_000, async () => {
      const counts = await left(name.namespace);
      return JSON.stringify(counts) === JSON.stringify(none);
    });
  });

  it('leaves its pods to themselves under deletionPolicy Orphan', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('orphaned'), name: 'shop' };
    await apply(cluster, shop({ ...name, spec: { deletionPolicy: 'Orphan' } }));
    await ended(cluster, name, 'Promoted');
    const pods = async () =>
      (await list<KubeObject>(cluster, '/api/v1', name.namespace, 'pods')).map(({ metadata }) => metadata.uid);
    const before = await pods();
    await remove(name);
    const [replicaSet] = await list<KubeObject>(cluster, '/apis/apps/v1', name.namespace, 'replicasets');
    assert.isUndefined(replicaSet?.metadata.ownerReferences);
    // Plans and reviews still have an owner: once they are gone, garbage collection has looked at all that it could take.
    await until(
      'garbage collection was done',
      60_000,
      async () => (await left(name.namespace))['controllerrevisions'] === 0,
    );
    assert.deepEqual(await pods(), before);
  });

  it('leaves its pods under kubectl delete --cascade=orphan, and takes them over as they run when it comes back', async () => {
    const { cluster } = shared;
    const name = { namespace: await testNamespace('cascade'), name: 'shop' };
    // What its plan keeps must be the same bytes for whoever takes the owner off it.
    const { spec, ...rest } = shop(name);
    const annotations = { note: '<&>' };
    const template = { ...spec.template, metadata: { ...spec.template.metadata, annotations } };
    const manifest = { ...rest, spec: { ...spec, template } };
    await apply(cluster, manifest);
    await ended(cluster, name, 'Promoted');
    const [replicaSet] = await list<KubeObject>(cluster, '/apis/apps/v1', name.namespace, 'replicasets');
    const pods = async () =>
      (await list<KubeObject>(cluster, '/api/v1', name.namespace, 'pods')).map(({ metadata }) => metadata.uid);
    const before = await pods();
    await remove(name, '--cascade=orphan');
    await apply(cluster, manifest);
    const { metadata } = await ended(cluster, name, 'Promoted');
    const [adopted, ...more] = await list<KubeObject>(cluster, '/apis/apps/v1', name.namespace, 'replicasets');
    assert.isEmpty(more);
    assert.equal(adopted?.metadata.uid, replicaSet?.metadata.uid);
    assert.deepEqual(
      adopted?.metadata.ownerReferences?.map(({ uid }) => uid),
      [metadata.uid],
    );
    assert.deepEqual(await pods(), before);
  });

  it('comes at once while its pods cannot start', async () => {
    const name = { namespace: await testNamespace('unborn'), name: 'shop' };
    await apply(shared.cluster, shop({ ...name, fail: 'image-pull' }));
    await ended(shared.cluster, name, 'ImagePullFailed');
    await remove(name);
    await until('its pods were gone', 60_000, async () => (await left(name.namespace))['pods'] === 0);
  });
});
