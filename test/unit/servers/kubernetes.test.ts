import { assert } from 'chai';
import { ajvSchemas } from '../../../operator/adapters/schemas.ts';
import type { ApiReply, ApiRequest } from '../../../operator/ports/api-call.ts';
import { canI } from '../../../operator/servers/kubernetes/can-i.ts';
import { events } from '../../../operator/servers/kubernetes/events.ts';
import { get } from '../../../operator/servers/kubernetes/get.ts';
import { list } from '../../../operator/servers/kubernetes/list.ts';
import { rolloutStatus } from '../../../operator/servers/kubernetes/rollout-status.ts';
import type { JsonObject, Tool } from '../../../operator/servers/tool.ts';
import { toolContext } from '../../support/tool-context.ts';

type Asked = Omit<ApiRequest, 'as' | 'signal'>;

describe('server kubernetes', () => {
  let asked: Asked[];
  beforeEach(() => {
    asked = [];
  });

  const error = async (tool: Tool, input: JsonObject, reply: ApiReply): Promise<string> => {
    const result = await tool.run(input, toolContext({ api: async () => reply }));
    return 'error' in result ? `${result.error.type}: ${result.error.message}` : 'no error';
  };
  const content = async (tool: Tool, input: JsonObject, body: unknown, status = 200): Promise<JsonObject> => {
    const schemas = ajvSchemas();
    assert.deepEqual(schemas.compile(tool.inputSchema)(input), []);
    const api = async (request: Asked): Promise<ApiReply> => {
      asked.push(request);
      return { status, body };
    };
    const result = await tool.run(input, toolContext({ api }));
    if ('error' in result) throw new Error(result.error.message);
    assert.deepEqual(schemas.compile(tool.outputSchema)(result.content), []);
    return result.content;
  };

  it('gets one object of the core group, of any other group, and of the whole cluster', async () => {
    const object = { kind: 'Pod' };
    assert.deepEqual(
      await content(get, { apiVersion: 'v1', resource: 'pods', namespace: 'acme', name: 'web' }, object),
      { object },
    );
    await content(get, { apiVersion: 'apps/v1', resource: 'replicasets', namespace: 'acme', name: 'web-1' }, object);
    await content(
      get,
      { apiVersion: 'rbac.authorization.k8s.io/v1', resource: 'clusterroles', name: 'system:node' },
      object,
    );
    assert.deepEqual(
      asked.map(({ path }) => path),
      [
        '/api/v1/namespaces/acme/pods/web',
        '/apis/apps/v1/namespaces/acme/replicasets/web-1',
        '/apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode',
      ],
    );
  });

  it('says the same of an object that is absent and of one that the caller may not see', async () => {
    const input = { apiVersion: 'v1', resource: 'secrets', namespace: 'acme', name: 'db' };
    const absent = await error(get, input, { status: 404, body: { message: 'secrets "db" not found' } });
    const hidden = await error(get, input, { status: 403, body: { message: 'forbidden' } });
    assert.equal(absent, 'NotFound: there is no secrets db in namespace acme, or the caller may not read it');
    assert.equal(hidden, absent);
  });

  it('lists summaries in pages, never contents', async () => {
    const secret = {
      metadata: {
        name: 'db',
        namespace: 'acme',
        uid: 'u1',
        creationTimestamp: '2026-01-01T00:00:00Z',
        labels: { app: 'db' },
      },
      data: { password: 'aHVudGVyMg==' },
      status: { phase: 'Active', conditions: [{ type: 'Ready', status: 'False', reason: 'Waiting' }] },
    };
    const page = {
      metadata: { continue: 'abc=', remainingItemCount: 7 },
      items: [secret, { metadata: { name: 'bare' } }],
    };
    const input = {
      apiVersion: 'v1',
      resource: 'secrets',
      namespace: 'acme',
      labelSelector: 'app in (db, web),!old',
      limit: 2,
    };
    assert.deepEqual(await content(list, input, page), {
      items: [
        {
          name: 'db',
          namespace: 'acme',
          uid: 'u1',
          createdAt: '2026-01-01T00:00:00Z',
          labels: { app: 'db' },
          phase: 'Active',
          conditions: { Ready: 'False (Waiting)' },
        },
        { name: 'bare' },
      ],
      truncated: true,
      continue: 'abc=',
      remaining: 7,
    });
    assert.deepEqual(asked[0]?.query, { limit: '2', labelSelector: 'app in (db, web),!old' });
  });

  it('lists the last page as the last, and tells of a page that came too late', async () => {
    const last = await content(
      list,
      { apiVersion: 'v1', resource: 'pods', continue: 'abc=' },
      { metadata: {}, items: [] },
    );
    assert.deepEqual(last, { items: [], truncated: false });
    assert.deepEqual(asked[0]?.query, { limit: '50', continue: 'abc=' });
    const late = await error(list, { apiVersion: 'v1', resource: 'pods' }, { status: 410, body: {} });
    assert.equal(late, 'Conflict: the list is too old to go on with');
  });

  it('tells the events of one object, newest first', async () => {
    const event = (reason: string, when: JsonObject): JsonObject => ({
      type: 'Warning',
      reason,
      message: 'm',
      involvedObject: { kind: 'Pod', name: 'web' },
      ...when,
    });
    const all = [
      event('Old', { lastTimestamp: '2026-01-01T00:00:01Z', count: 3 }),
      event('New', { series: { lastObservedTime: '2026-01-01T00:00:03.000000Z', count: 9 } }),
      event('Middle', { eventTime: '2026-01-01T00:00:02.000000Z' }),
    ];
    const input = { namespace: 'acme', kind: 'Pod', name: 'web', limit: 2 };
    assert.deepEqual(await content(events, input, { metadata: {}, items: all }), {
      events: [
        {
          type: 'Warning',
          reason: 'New',
          object: 'Pod/web',
          message: 'm',
          count: 9,
          lastSeen: '2026-01-01T00:00:03.000000Z',
        },
        {
          type: 'Warning',
          reason: 'Middle',
          object: 'Pod/web',
          message: 'm',
          count: 1,
          lastSeen: '2026-01-01T00:00:02.000000Z',
        },
      ],
      truncated: true,
    });
    assert.deepEqual(asked[0], {
      method: 'GET',
      path: '/api/v1/namespaces/acme/events',
      query: { limit: '500', fieldSelector: 'involvedObject.kind=Pod,involvedObject.name=web' },
    });
  });

  it('asks what the caller may do as the caller', async () => {
    const input = {
      verb: 'invoke',
      group: 'code-engine.dev',
      resource: 'tools',
      name: 'security.scan_manifest',
      namespace: 'acme',
    };
    assert.deepEqual(await content(canI, input, { status: { allowed: false, reason: 'no rule' } }, 201), {
      allowed: false,
      reason: 'no rule',
    });
    assert.deepEqual(asked[0]?.body, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: input },
    });
    assert.match(await error(canI, input, { status: 200, body: {} }), /^Upstream: /);
  });

  describe('rollout_status', () => {
    const status = (kind: string, object: JsonObject): Promise<JsonObject> =>
      content(rolloutStatus, { kind, namespace: 'acme', name: 'web' }, object);
    const replicas = { replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3, observedGeneration: 2 };
    const metadata = { generation: 2 };

    const cases: readonly [what: string, changed: JsonObject, message: string][] = [
      ['that its controller has not seen', { observedGeneration: 1 }, 'its controller has not seen the last change'],
      ['with pods to change', { updatedReplicas: 1 }, '1 of 3 pods are of the new version'],
      ['with pods that are not available', { availableReplicas: 2 }, '2 of 3 new pods are available'],
      ['with old pods', { replicas: 4 }, '1 old pods are still there'],
      [
        'that is stuck',
        {
          conditions: [
            { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'too slow' },
          ],
        },
        'too slow',
      ],
      [
        'of ours that is stuck',
        { conditions: [{ type: 'Stalled', status: 'True', message: 'ask a human' }] },
        'ask a human',
      ],
    ];
    for (const [what, changed, message] of cases) {
      it(`is not done with a roll-out ${what}`, async () => {
        const object = { metadata, spec: { replicas: 3 }, status: { ...replicas, ...changed } };
        const told = await status('Deployment', object);
        assert.deepInclude(told, { done: false, message });
      });
    }

    it('is done when all pods are new and available', async () => {
      assert.deepEqual(
        await status('Deployment.code-engine.dev', { metadata, spec: { replicas: 3 }, status: replicas }),
        {
          done: true,
          message: 'all 3 pods are of the new version and available',
          desired: 3,
          updated: 3,
          ready: 3,
          available: 3,
        },
      );
      assert.equal(asked[0]?.path, '/apis/code-engine.dev/v1alpha1/namespaces/acme/deployments/web');
    });

    it('reads a DaemonSet by its own fields', async () => {
      const daemons = {
        desiredNumberScheduled: 2,
        updatedNumberScheduled: 2,
        numberReady: 2,
        numberAvailable: 1,
        observedGeneration: 2,
      };
      assert.deepInclude(await status('DaemonSet', { metadata, status: daemons }), {
        done: false,
        message: '1 of 2 new pods are available',
      });
    });
  });
});
