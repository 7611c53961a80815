import { assert } from 'chai';
import type { TenantSpec } from '../../../operator/api/generated/tenant.ts';
import { acme, namespaceNamed, observed, pass, settle, told } from './world.ts';

/** A tenant with one namespace it made and one it adopted, about to go. */
function leaving(deletion: TenantSpec['deletion']) {
  const spec: Partial<TenantSpec> = { namespaces: { create: ['acme-a'], adopt: { names: ['legacy'] } } };
  const { known } = settle(observed(acme(spec), [namespaceNamed('legacy', 'acme')]));
  const deleted = { deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 0 };
  const more = deletion === undefined ? {} : { deletion };
  return { ...known, object: acme({ ...spec, ...more }, deleted) };
}

describe('the end of a tenant', () => {
  it('leaves namespaces, labels and walls, and ends the deliveries, unless told otherwise', () => {
    for (const deletion of [undefined, 'Retain'] as const) {
      const { actions, decision } = pass(leaving(deletion));
      assert.deepEqual(told(actions), [
        'delete-object RoleBinding acme-a/code-tenant-workload',
        'delete-object RoleBinding acme-a/code-tenant-identity',
        'delete-object RoleBinding legacy/code-tenant-workload',
        'delete-object RoleBinding legacy/code-tenant-identity',
      ]);
      assert.equal(decision.kind, 'done');
    }
  });

  it('deletes the namespaces it made and lets the others go with their walls, where told to', () => {
    const { actions, decision, known } = pass(leaving('Delete'));
    assert.deepEqual(told(actions), [
      'delete-object Namespace acme-a',
      'delete-object RoleBinding legacy/code-tenant-workload',
      'delete-object RoleBinding legacy/code-tenant-identity',
      'patch-object Namespace legacy',
    ]);
    assert.equal(decision.reason, 'NamespacesTerminating');
    const gone = known.namespaces.filter(({ metadata }) => metadata.name !== 'acme-a');
    assert.equal(pass({ ...known, namespaces: gone, going: [] }).decision.kind, 'done');
  });

  it('deletes none that it no longer names, though it made it', () => {
    const world = leaving('Delete');
    const object = acme({ deletion: 'Delete', namespaces: {} }, world.object.metadata);
    assert.notInclude(told(pass({ ...world, object }).actions), 'delete-object Namespace acme-a');
  });
});
