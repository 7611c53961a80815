import { assert } from 'chai';
import type { KubeObject } from '../../../operator/api/objects.ts';
import { guardrailKinds } from '../../../operator/controllers/tenant/build/guardrail-kinds.ts';
import { resourceQuota } from '../../../operator/controllers/tenant/build/resource-quota.ts';
import { guardrailKey, type ResourceQuota } from '../../../operator/controllers/tenant/observed.ts';
import { report } from '../../../operator/controllers/tenant/report.ts';
import { gateFacts } from '../../../operator/controllers/tenant/subject.ts';
import { triggers } from '../../../operator/controllers/tenant/triggers.ts';
import { acme, laws, namespaceNamed, observed, pass, settle } from './world.ts';

describe('the status of a tenant', () => {
  const quota = { hard: { 'requests.cpu': '40', 'requests.memory': '80Gi', pods: 200 } };

  it('tells namespaces, quota and the columns of a settled tenant', () => {
    const spec = { namespaces: { prefix: 'acme-', create: ['acme-a', 'acme-b'] }, quota };
    const { known, trail } = settle(observed(acme(spec), [namespaceNamed('shop', 'acme')]));
    assert.deepEqual(report(known, trail, laws), {
      phase: 'Ready',
      message: '2 namespaces are behind their walls; refused: shop (PrefixMismatch)',
      namespaceCount: 2,
      namespaces: [
        { name: 'acme-a', uid: 'uid-acme-a', origin: 'created', state: 'Ready' },
        { name: 'acme-b', uid: 'uid-acme-b', origin: 'created', state: 'Ready' },
        {
          name: 'shop',
          uid: 'uid-shop',
          state: 'Refused',
          reason: 'PrefixMismatch',
          message:
            'shop does not begin with acme-; rename it, list it in namespaces.adopt.names, or set ' +
            'namespaces.forcePrefix to false',
        },
      ],
      quota: {
        hard: { 'requests.cpu': '40', 'requests.memory': '80Gi', pods: '200' },
        used: { 'requests.cpu': '0', 'requests.memory': '0', pods: '0' },
        reserved: { 'requests.cpu': '40', 'requests.memory': '80Gi', pods: '200' },
      },
      summary: { cpu: '0/40', memory: '0/80Gi' },
      timeline: [
        '00:00:00 guard: putting up walls and doors: ServiceAccount acme-a/code-tenant, ' +
          'RoleBinding acme-a/code-tenant-workload, RoleBinding acme-a/code-tenant-identity, ' +
          'RoleBinding acme-a/code-tenant-owner and 4 more',
        '00:00:00 guard: 2 namespaces are behind their walls; refused: shop (PrefixMismatch)',
      ],
    });
  });

  it('tells where it is on the way, and is empty where there is nothing to tell', () => {
    const spec = { namespaces: { create: ['acme-a'] }, quota };
    const walls = pass(observed(acme(spec)));
    const status = report(walls.known, walls.trail, laws);
    assert.deepEqual([status.phase, status.namespaces?.[0]?.state], ['Guarding', 'Guarding']);
    const nothing = pass(observed(acme()));
    assert.deepEqual(report(nothing.known, nothing.trail, laws), {
      phase: 'Ready',
      message: 'there is no namespace to guard',
      namespaceCount: 0,
      timeline: ['00:00:00 guard: there is no namespace to guard'],
    });
  });

  it('tells what was put back, and nothing at rest', () => {
    const settled = settle(observed(acme({ namespaces: { create: ['acme-a'] } })));
    const told = report(settled.known, settled.trail, laws);
    const object = { ...settled.known.object, status: told };
    const resting = pass({ ...settled.known, object });
    assert.deepEqual(report(resting.known, resting.trail, laws), told);

    const key = guardrailKey('LimitRange', 'acme-a', 'code-limits');
    const changed = { ...settled.known.guardrails.get(key), spec: { limits: [] } } as unknown as KubeObject; // border
    const drifted = { ...settled.known, object, guardrails: new Map(settled.known.guardrails).set(key, changed) };
    const repaired = pass(drifted);
    assert.deepEqual(report(repaired.known, repaired.trail, laws).timeline?.slice(-3), [
      '00:00:00 guard: 1 namespace is behind its walls',
      '00:00:00 guard: putting back what somebody else changed: LimitRange acme-a/code-limits',
      '00:00:00 guard: 1 namespace is behind its walls',
    ]);
  });

  it('names the phase of each end', () => {
    const deleting = acme({}, { deletionTimestamp: '2026-01-01T00:00:00Z' });
    const namespaces = { prefix: 'acme-', create: ['acme-a'], adopt: { names: ['legacy'] } };
    const legacy = namespaceNamed('legacy', undefined);
    const phases = [
      observed(deleting),
      observed(acme({ suspend: true })),
      observed(acme({ cordon: true })),
      observed(acme({ namespaces }), [legacy]),
      observed(acme({ namespaces: { adopt: { names: ['legacy'] } } }), [legacy]),
    ].map((world) => {
      const { known, trail } = settle(world);
      return report(known, trail, laws).phase;
    });
    assert.deepEqual(phases, ['Deleting', 'Suspended', 'Failed', 'Degraded', 'Failed']);
  });

  it('says which namespace gets nothing of the quota', () => {
    const create = ['acme-a', 'acme-b'];
    const { known, trail } = settle(observed(acme({ namespaces: { create }, quota: { hard: { pods: 1 } } })));
    assert.deepEqual(report(known, trail, laws).namespaces?.[1], {
      name: 'acme-b',
      uid: 'uid-acme-b',
      origin: 'created',
      state: 'Ready',
      reason: 'QuotaTooSmall',
      message: 'its share of the quota is 0 of pods',
    });
  });
});

describe('what wakes a tenant and what policies know of it', () => {
  const woken = (resource: string, object: KubeObject) =>
    triggers
      .filter((trigger) => trigger.resource === resource)
      .flatMap(({ after, keys }) => keys(object, () => []).map(({ name }) => `${name} after ${after ?? 0} ms`));

  it('is woken by whatever carries its label, of every kind that it guards', () => {
    for (const kind of ['Namespace', ...guardrailKinds]) {
      assert.include(woken(kind, namespaceNamed('a', 'acme')).join(), 'acme', kind);
      assert.deepEqual(woken(kind, namespaceNamed('a', undefined)), [], kind);
    }
  });

  it('is woken at once by a limit that is not enforced yet, and at a walk by what is used', () => {
    const quota = (enforced: string): ResourceQuota => ({
      ...resourceQuota(acme(), 'acme-a', { pods: '5' }),
      status: { hard: { pods: enforced } },
    });
    assert.deepEqual(woken('ResourceQuota', quota('4')), ['acme after 0 ms', 'acme after 2000 ms']);
    assert.deepEqual(woken('ResourceQuota', quota('5')), ['acme after 2000 ms']);
  });

  it('tells policies which namespaces carry its label, beside those that its spec names', () => {
    const world = observed(acme(), [
      namespaceNamed('b', 'acme'),
      namespaceNamed('a', 'acme'),
      namespaceNamed('c', 'rival'),
    ]);
    assert.deepEqual(gateFacts(world), { tenant: { name: 'acme', namespaces: ['a', 'b'] } });
  });
});
