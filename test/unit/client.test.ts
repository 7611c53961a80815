import { assert } from 'chai';
import type { KubeObject } from '../../operator/api/objects.ts';
import type { Reference } from '../../operator/api/resources.ts';
import { OPERATOR } from '../../operator/core/action.ts';
import type { WriteOptions } from '../../operator/ports/kube.ts';
import type { Client } from '../../operator/runtime/client.ts';
import { answer, CacheRig, pod, status } from '../support/cache-rig.ts';
import { thrownBy } from '../support/thrown-by.ts';

const quota: KubeObject = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { namespace: 'shop', name: 'q' } };
const shop: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
const web: Reference = { resource: 'Deployment', namespace: 'shop', name: 'web' };
const options: WriteOptions = { as: OPERATOR, fieldManager: 'code-test', signal: new AbortController().signal };

const strict = { fieldManager: 'code-test', fieldValidation: 'Strict' };
const WEB = '/apis/code-engine.dev/v1alpha1/namespaces/shop/deployments/web';

describe('the client', () => {
  let rig: CacheRig;

  afterEach(() => rig.stop());

  const asks: readonly (readonly [string, (client: Client) => Promise<unknown>, object])[] = [
    [
      'R29 applies the full intent, forced, under its field manager',
      (client) => client.apply(quota, options),
      {
        method: 'PATCH',
        path: '/api/v1/namespaces/shop/resourcequotas/q',
        query: { ...strict, force: 'true' },
        type: 'application/apply-patch+yaml',
        body: quota,
      },
    ],
    [
      'creates in the collection, cluster-scoped kinds at the root',
      (client) => client.create(shop, { ...options, dryRun: true }),
      {
        method: 'POST',
        path: '/api/v1/namespaces',
        query: { ...strict, dryRun: 'All' },
        type: 'application/json',
        body: shop,
      },
    ],
    [
      'R30 patches status through its subresource',
      (client) => client.patchStatus(web, { status: { phase: 'Ready' } }, options),
      {
        method: 'PATCH',
        path: `${WEB}/status`,
        query: strict,
        type: 'application/merge-patch+json',
        body: { status: { phase: 'Ready' } },
      },
    ],
    [
      'R31 patches finalizers by operations',
      (client) => client.jsonPatch(web, [{ op: 'remove', path: '/metadata/finalizers/0' }], options),
      {
        method: 'PATCH',
        path: WEB,
        query: strict,
        type: 'application/json-patch+json',
        body: [{ op: 'remove', path: '/metadata/finalizers/0' }],
      },
    ],
    [
      'deletes what it means, and nothing that came later',
      (client) => client.delete(web, { uid: 'u', resourceVersion: '7' }, 'Foreground', { ...options, dryRun: true }),
      {
        method: 'DELETE',
        path: WEB,
        query: {},
        type: 'application/json',
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          preconditions: { uid: 'u', resourceVersion: '7' },
          propagationPolicy: 'Foreground',
          dryRun: ['All'],
        },
      },
    ],
  ];

  for (const [what, ask, expected] of asks) {
    it(what, async () => {
      rig = await CacheRig.start(answer(200, pod('any', 1)));
      await ask(rig.client);
      const [seen] = rig.server.requests;
      assert.deepEqual(
        {
          method: seen?.method,
          path: seen?.path,
          query: seen?.query,
          type: seen?.headers['content-type'],
          body: JSON.parse(seen?.body ?? 'null'),
        },
        expected,
      );
      assert.equal(seen?.headers['user-agent'], 'code-operator/0 (code-test)');
    });
  }

  it('says TestFailed for a JSON patch that is refused without a cause, Invalid for one with a cause', async () => {
    const unexplained = {
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
    };
    rig = await CacheRig.start((exchange) =>
      exchange.json(422, rig.server.requests.length === 1 ? unexplained : status(422, 'Invalid')),
    );
    const first = await thrownBy(rig.client.jsonPatch(web, [], options));
    const second = await thrownBy(rig.client.jsonPatch(web, [], options));
    assert.deepEqual([first.name, first.reason], ['Conflict', 'TestFailed']);
    assert.deepEqual([second.name, second.reason], ['InvalidSpec', 'Invalid']);
  });

  it('finds undefined for what does not exist, and refuses an answer that is no object', async () => {
    rig = await CacheRig.start((exchange) =>
      exchange.request.path === WEB ? exchange.json(404, status(404, 'NotFound')) : exchange.json(200, 'hello'),
    );
    assert.isUndefined(await rig.client.read(web, OPERATOR, options.signal));
    const other = thrownBy(rig.client.read({ ...web, name: 'other' }, OPERATOR, options.signal));
    assert.equal((await other).reason, 'UnreadableReply');
  });

  it('R24 reports each write that was accepted, and no other', async () => {
    rig = await CacheRig.start((exchange) =>
      exchange.request.method === 'POST'
        ? exchange.json(409, status(409, 'AlreadyExists'))
        : exchange.json(200, pod('any', 42)),
    );
    const reported: unknown[] = [];
    const client = rig.client.recording((reference, written) => reported.push([reference, written]));
    await client.apply(quota, options);
    await client.apply(quota, { ...options, dryRun: true });
    await thrownBy(client.create(quota, options));
    await client.mergePatch(web, {}, options);
    await client.delete(web, { uid: 'u' }, 'Background', options);
    assert.deepEqual(reported, [
      [{ resource: 'ResourceQuota', namespace: 'shop', name: 'q' }, { resourceVersion: '42' }],
      [web, { resourceVersion: '42' }],
      [web, { deletedUid: 'u' }],
    ]);
  });
});
