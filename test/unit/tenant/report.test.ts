import { assert } from 'chai';
import { report } from '../../../operator/controllers/tenant/report.ts';
import { gateFacts } from '../../../operator/controllers/tenant/subject.ts';
import { triggers } from '../../../operator/controllers/tenant/triggers.ts';
import { acme, namespaceNamed, observed, pass, settle } from './world.ts';

describe('the status of a tenant', () => {
  const quota = { hard: { 'requests.cpu': '40', 'requests.memory': '80Gi', pods: 200 } };

  it('tells namespaces, quota and the columns of a settled tenant', () => {
    const spec = { namespaces: { prefix: 'acme-', create: ['acme-a', 'acme-b'] }, quota };
    const { known, trail } = settle(observed(acme(spec), [namespaceNamed('shop', 'acme')]));
    assert.deepEqual(report(known, trail), {
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
    });
  });

  it('tells where it is on the way, and is empty where there is nothing to tell', () => {
    const spec = { namespaces: { create: ['acme-a'] }, quota };
    const walls = pass(observed(acme(spec)));
    const status = report(walls.known, walls.trail);
    assert.deepEqual([status.phase, status.namespaces?.[0]?.state], ['Guarding', 'Guarding']);
    const nothing = pass(observed(acme()));
    assert.deepEqual(report(nothing.known, nothing.trail), {
      phase: 'Ready',
      message: 'there is no namespace to guard',
      namespaceCount: 0,
    });
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
      return report(known, trail).phase;
    });
    assert.deepEqual(phases, ['Deleting', 'Suspended', 'Failed', 'Degraded', 'Failed']);
  });

  it('says which namespace gets nothing of the quota', () => {
    const create = ['acme-a', 'acme-b'];
    const { known, trail } = settle(observed(acme({ namespaces: { create }, quota: { hard: { pods: 1 } } })));
    assert.deepEqual(report(known, trail).namespaces?.[1], {
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
  it('is woken by whatever carries its label, of every kind that it guards', () => {
    assert.deepEqual(
      triggers.map(({ resource }) => resource),
      ['Namespace', 'NetworkPolicy', 'LimitRange', 'ResourceQuota', 'ServiceAccount', 'RoleBinding'],
    );
    const keys = triggers.map(({ keys: of }) => [of(namespaceNamed('a', 'acme')), of(namespaceNamed('a', undefined))]);
    assert.deepEqual(
      keys,
      triggers.map(() => [[{ name: 'acme' }], []]),
    );
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
