import { assert } from 'chai';
import { Conflict, InvalidSpec, Upstream } from '../../../operator/api/errors.ts';
import type { KubeObject, ObjectMeta } from '../../../operator/api/objects.ts';
import type { CopyConfig } from '../../../operator/core/action.ts';
import { type ConfigObject, configDigest } from '../../../operator/core/config-content.ts';
import { copyConfig } from '../../../operator/runtime/effects/copy-config.ts';
import { RecordedCluster } from '../../support/recorded-cluster.ts';

const PLANTED = 'c3dvcmRmaXNo';
const secret = (name: string, key: string, metadata: Partial<ObjectMeta> = {}, more: object = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'acme-prod', ...metadata },
    type: 'Opaque',
    data: { key },
    ...more,
  }) as ConfigObject;
const source = secret('keys', PLANTED, { labels: { 'argocd.argoproj.io/instance': 'acme' }, annotations: { a: 'b' } });
const digest = configDigest({ kind: 'Secret', name: 'keys' }, source);
const as = { kind: 'service-account', namespace: 'acme-prod', name: 'code-tenant' } as const;
const owner = (uid: string) => ({ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `shop-${uid}`, uid });
const action: CopyConfig = {
  type: 'copy-config',
  kind: 'Secret',
  namespace: 'acme-prod',
  source: 'keys',
  digest,
  copy: `keys-${digest}`,
  owner: owner('u-2'),
  as,
};

/** Performs the action where these objects stand: what it taught or threw, and the cluster afterwards. */
async function perform(...objects: readonly KubeObject[]) {
  const cluster = new RecordedCluster();
  for (const one of objects) cluster.put(one);
  const context = { room: 'deployment', fieldManager: 'code-deployment', signal: new AbortController().signal };
  const outcome = await copyConfig(cluster, cluster)(action, context as never).catch((thrown: unknown) => thrown); // border: it lends no worker
  return { cluster, outcome };
}

const kept = (metadata: Partial<ObjectMeta> = {}, key = PLANTED, immutable = true) =>
  secret(
    action.copy,
    key,
    { labels: { 'code-engine.dev/config-copy': digest }, ownerReferences: [owner('u-1')], ...metadata },
    { immutable },
  );

describe('copying config', () => {
  it('keeps what the source holds, immutable, for its owner, as the tenant, without the labels of others', async () => {
    const { cluster, outcome } = await perform(source);
    assert.deepEqual(outcome, { owners: ['u-2'], written: true });
    assert.deepEqual(
      cluster.calls.map(({ body, options }) => [body, options.as]),
      [
        [
          {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: {
              name: action.copy,
              namespace: 'acme-prod',
              labels: { 'code-engine.dev/config-copy': digest },
              annotations: { 'code-engine.dev/copy-of': 'keys' },
              ownerReferences: [owner('u-2')],
            },
            type: 'Opaque',
            data: { key: PLANTED },
            immutable: true,
          },
          as,
        ],
      ],
    );
  });

  it('looks again where the source has changed or gone since', async () => {
    for (const objects of [[], [secret('keys', 'b3RoZXI=')]]) {
      const { cluster, outcome } = await perform(...objects);
      assert.instanceOf(outcome, Conflict);
      assert.isEmpty(cluster.calls);
    }
  });

  it('shares the copy that another revision brought, and needs no source for it', async () => {
    const { cluster, outcome } = await perform(kept());
    assert.deepEqual(outcome, { owners: ['u-1', 'u-2'], written: true });
    assert.deepEqual(cluster.told, [`mergePatch Secret/${action.copy}`]);
    assert.deepEqual(
      cluster.get({ resource: 'Secret', namespace: 'acme-prod', name: action.copy })?.metadata.ownerReferences,
      [owner('u-1'), owner('u-2')],
    );
  });

  it('writes nothing where the copy stands as it should', async () => {
    const { cluster, outcome } = await perform(kept({ ownerReferences: [owner('u-2')] }));
    assert.deepEqual(outcome, { owners: ['u-2'], written: false });
    assert.isEmpty(cluster.calls);
  });

  it('takes nothing for the copy that holds something else, may still change, or is not marked as one', async () => {
    for (const taken of [kept({}, 'b3RoZXI='), kept({}, PLANTED, false), kept({ labels: {} })]) {
      const { cluster, outcome } = await perform(taken, source);
      assert.instanceOf(outcome, InvalidSpec);
      assert.deepInclude(outcome, { reason: 'NameTaken', retry: 'never' });
      assert.isEmpty(cluster.calls);
    }
  });

  it('waits while a copy is on its way out', async () => {
    const { outcome } = await perform(kept({ deletionTimestamp: '2026-11-02T12:00:00Z', finalizers: ['a/b'] }), source);
    assert.instanceOf(outcome, Upstream);
  });

  it('quotes no word of a refusal that may quote a Secret', async () => {
    const cluster = new RecordedCluster();
    cluster.put(source);
    cluster.failures.push({
      verb: 'create',
      error: new InvalidSpec('Invalid', `data.key: Invalid value: "${PLANTED}"`),
    });
    const context = { room: 'deployment', fieldManager: 'f', signal: new AbortController().signal };
    const thrown = await copyConfig(cluster, cluster)(action, context as never).catch((error: unknown) => error); // border: as above
    assert.instanceOf(thrown, InvalidSpec);
    assert.equal((thrown as Error).message, 'the API server refuses a copy of Secret keys (Invalid)');
  });
});
