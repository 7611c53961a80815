import { assert } from 'chai';
import type { TenantSpec } from '../../../operator/api/generated/tenant.ts';
import { limitRange } from '../../../operator/controllers/tenant/build/limit-range.ts';
import { networkPolicy } from '../../../operator/controllers/tenant/build/network-policy.ts';
import { peopleBindings } from '../../../operator/controllers/tenant/build/role-bindings.ts';
import { guardrailKey, type ObservedTenant } from '../../../operator/controllers/tenant/observed.ts';
import { acme, enforced, namespaceNamed, observed, pass, settle, told } from './world.ts';

const spec = { namespaces: { prefix: 'acme-' }, quota: { hard: { pods: '10' } } };
const start = (more: Partial<TenantSpec> = {}) =>
  observed(acme({ ...spec, ...more }), [namespaceNamed('acme-a', 'acme')]);
const guarding = (known: ObservedTenant) => told(pass(known).actions);

describe('walls and doors', () => {
  it('go up in order: no door before the quota is enforced', () => {
    const walls = pass(start());
    assert.deepEqual(told(walls.actions), [
      'apply-object Namespace acme-a',
      'apply-object NetworkPolicy acme-a/code-network',
      'apply-object LimitRange acme-a/code-limits',
      'apply-object ResourceQuota acme-a/code-quota',
    ]);
    assert.equal(walls.decision.kind, 'wait');
    assert.equal(walls.decision.reason, 'QuotaSettling');
    const doors = pass(enforced(walls.known));
    assert.deepEqual(told(doors.actions), [
      'apply-object ServiceAccount acme-a/code-tenant',
      'apply-object RoleBinding acme-a/code-tenant-workload',
      'apply-object RoleBinding acme-a/code-tenant-identity',
      'apply-object RoleBinding acme-a/code-tenant-owner',
    ]);
    assert.deepEqual(doors.decision, { kind: 'done', reason: 'Guarded', message: '1 namespace is behind its walls' });
  });

  it('come to the same whenever the operator is killed between two writes', () => {
    const fresh = () =>
      observed(acme({ namespaces: { create: ['acme-a', 'acme-b'] }, quota: { hard: { pods: '9' } } }));
    const names = ({ known }: { readonly known: ObservedTenant }) => [...known.guardrails.keys()].sort();
    const crashes: ObservedTenant[] = [];
    const first = pass(fresh(), (known) => crashes.push(known));
    pass(enforced(first.known), (known) => crashes.push(known));
    assert.isAbove(crashes.length, 12);
    for (const known of crashes) assert.deepEqual(names(settle(known)), names(settle(fresh())));
  });

  it('stand at rest: another pass decides nothing', () => {
    const settled = settle(
      start({ network: { isolation: 'Strict', allow: [{ cidr: '203.0.113.0/24', ports: [443] }] } }),
    );
    assert.deepEqual(guarding(settled.known), []);
  });

  it('are put back, each alone, when somebody removes or changes one', () => {
    const { known } = settle(start());
    for (const [key, object] of known.guardrails) {
      const [kind = '', namespace = '', name = ''] = key.split('/');
      const without = new Map(known.guardrails);
      without.delete(key);
      assert.include(guarding({ ...known, guardrails: without }), `apply-object ${kind} ${namespace}/${name}`);
      const stripped = { ...object, metadata: { ...object.metadata, labels: {} } };
      const changed = new Map(known.guardrails).set(key, stripped);
      assert.include(guarding({ ...known, guardrails: changed }), `apply-object ${kind} ${namespace}/${name}`);
    }
  });

  it('are put back when a limit is raised by hand, and no door closes for it', () => {
    const { known } = settle(start());
    const key = guardrailKey('ResourceQuota', 'acme-a', 'code-quota');
    const raised = { ...known.guardrails.get(key), spec: { hard: { pods: '1000' } } };
    const guardrails = new Map(known.guardrails).set(key, raised as never); // border: a test's own hand
    assert.deepEqual(guarding({ ...known, guardrails }), ['apply-object ResourceQuota acme-a/code-quota']);
  });

  it('come down when nobody asks for them any more', () => {
    const before = settle(
      start({ roles: [{ clusterRole: 'code:viewer', subjects: [{ kind: 'Group', name: 'readers' }] }] }),
    );
    const { quota: _quota, ...less } = spec;
    const after = { ...before.known, object: acme({ ...less, network: { isolation: 'None' } }) };
    assert.sameMembers(
      [...guarding(after)],
      [
        'apply-object Namespace acme-a',
        'delete-object ResourceQuota acme-a/code-quota',
        'delete-object NetworkPolicy acme-a/code-network',
        'delete-object RoleBinding acme-a/code-viewer',
      ],
    );
    assert.deepEqual(guarding(pass(after).known), []);
  });

  it('are written again when a field leaves the spec, though all that is left of it is there', () => {
    const before = settle(start({ limitRange: { default: { cpu: '1' }, max: { cpu: '2' } } }));
    const after = { ...before.known, object: acme({ ...spec, limitRange: { default: { cpu: '1' } } }) };
    assert.deepEqual(guarding(after), ['apply-object LimitRange acme-a/code-limits']);
  });

  it('keep a namespace in and close its doors once it is refused', () => {
    const { known } = settle(start());
    const refused = { ...known, object: acme({ ...spec, namespaces: { prefix: 'other-' } }) };
    const { actions, decision } = pass(refused);
    assert.sameMembers(
      [...told(actions)],
      [
        'delete-object ServiceAccount acme-a/code-tenant',
        'delete-object RoleBinding acme-a/code-tenant-workload',
        'delete-object RoleBinding acme-a/code-tenant-identity',
        'delete-object RoleBinding acme-a/code-tenant-owner',
      ],
    );
    assert.deepEqual(decision, { kind: 'done', reason: 'NothingToGuard', message: 'there is no namespace to guard' });
  });
});

describe('guarding tells', () => {
  it('that the spec asked for a namespace in vain, once the others are guarded', () => {
    const namespaces = { prefix: 'acme-', adopt: { names: ['legacy'] } };
    const world = observed(acme({ namespaces }), [
      namespaceNamed('acme-a', 'acme'),
      namespaceNamed('legacy', undefined),
    ]);
    const { decision, actions } = settle(world);
    assert.include(told(actions), 'apply-object ServiceAccount acme-a/code-tenant');
    assert.deepEqual(decision, {
      kind: 'stuck',
      reason: 'NoConsent',
      message:
        'namespace legacy was there before; somebody with the verb adopt on the Tenant agrees by: ' +
        'kubectl label namespace legacy code-engine.dev/tenant=acme',
    });
  });

  it("nothing of one that somebody else labelled in vain: that is not the tenant's failure", () => {
    const world = observed(acme({ namespaces: { prefix: 'acme-' } }), [namespaceNamed('shop', 'acme')]);
    assert.equal(settle(world).decision.kind, 'done');
  });

  it('what it waits for: a namespace to adopt, or one that comes back', () => {
    const absent = settle(observed(acme({ namespaces: { adopt: { names: ['legacy'] } } })));
    assert.deepEqual([absent.decision.kind, absent.decision.reason], ['wait', 'NamespaceMissing']);
    const gone = namespaceNamed('acme-a', 'acme', { deletionTimestamp: '2026-01-01T00:00:00Z' });
    const leaving = settle(observed(acme({ namespaces: { create: ['acme-a'] } }), [gone]));
    assert.deepEqual([leaving.decision.kind, leaving.decision.reason], ['wait', 'NamespaceTerminating']);
  });

  it('that the tenant is suspended, with its walls standing', () => {
    const { known } = settle(start());
    const suspended = pass({ ...known, object: acme({ ...spec, suspend: true }) });
    assert.deepEqual([suspended.actions, suspended.decision.reason], [[], 'Suspended']);
  });

  it('that a role is none it hands out, and touches nothing', () => {
    const roles = [{ clusterRole: 'code:tenant-identity', subjects: [{ kind: 'Group', name: 'readers' }] }] as const;
    const { decision, actions } = pass(start({ roles }));
    assert.deepEqual([decision.kind, decision.reason], ['stuck', 'RoleNotOffered']);
    assert.deepEqual(told(actions), ['apply-object Namespace acme-a']);
  });
});

describe('what stands in a namespace', () => {
  it("denies all traffic but the tenant's own, DNS, and the peers it allows", () => {
    const allow = [{ tenant: 'shared' }, { cidr: '203.0.113.0/24', ports: [443] }];
    const own = { namespaceSelector: { matchLabels: { 'code-engine.dev/tenant': 'acme' } } };
    const shared = { namespaceSelector: { matchLabels: { 'code-engine.dev/tenant': 'shared' } } };
    const range = { ipBlock: { cidr: '203.0.113.0/24' } };
    const https = [{ protocol: 'TCP', port: 443 }];
    assert.deepEqual(networkPolicy(acme({ network: { allow } }), 'acme-a').spec, {
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [own] }, { from: [shared] }, { from: [range], ports: https } as never],
      egress: [
        { to: [own] },
        {
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
              podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
            },
          ],
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
        { to: [shared] },
        { to: [range], ports: https } as never,
      ],
    });
  });

  it('gives containers the usual limits unless the tenant states its own', () => {
    const usual = { default: { cpu: '1', memory: '512Mi' }, defaultRequest: { cpu: '100m', memory: '128Mi' } };
    assert.deepEqual(limitRange(acme(), 'acme-a').spec.limits, [{ type: 'Container', ...usual }]);
    const own = { max: { cpu: '2' } };
    assert.deepEqual(limitRange(acme({ limitRange: own }), 'acme-a').spec.limits, [{ type: 'Container', ...own }]);
  });

  it('binds owners by their roles, and the roles that the spec gives', () => {
    const tenant = acme({
      owners: [
        { kind: 'Group', name: 'admins' },
        { kind: 'User', name: 'eve', role: 'Viewer' },
        { kind: 'ServiceAccount', name: 'ci', namespace: 'acme-a', role: 'Editor' },
      ],
      roles: [{ clusterRole: 'code:approver', subjects: [{ kind: 'User', name: 'ann' }] }],
    });
    assert.deepEqual(
      peopleBindings(tenant, 'acme-a').map(({ metadata, roleRef, subjects }) => [
        metadata.name,
        roleRef.name,
        subjects,
      ]),
      [
        [
          'code-tenant-owner',
          'code:tenant-owner',
          [{ kind: 'Group', name: 'admins', apiGroup: 'rbac.authorization.k8s.io' }],
        ],
        ['code-tenant-editor', 'code:tenant-editor', [{ kind: 'ServiceAccount', name: 'ci', namespace: 'acme-a' }]],
        [
          'code-tenant-viewer',
          'code:tenant-viewer',
          [{ kind: 'User', name: 'eve', apiGroup: 'rbac.authorization.k8s.io' }],
        ],
        ['code-approver', 'code:approver', [{ kind: 'User', name: 'ann', apiGroup: 'rbac.authorization.k8s.io' }]],
      ],
    );
  });
});
