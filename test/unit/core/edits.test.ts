import { assert } from 'chai';
import type { KubeObject, ManagedFields } from '../../../operator/api/objects.ts';
import { editsAlone, editsOf } from '../../../operator/core/edits.ts';

const service = (...managedFields: readonly ManagedFields[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'shop', managedFields },
});
const selects = (manager: string): ManagedFields => ({ manager, fieldsV1: { 'f:spec': { 'f:selector': {} } } });
const ports = (manager: string): ManagedFields => ({ manager, fieldsV1: { 'f:spec': { 'f:ports': {} } } });

describe('what others wrote of ours', () => {
  it('is told by the manager of the field that we move', () => {
    const edited = service(ports('code-deployment'), selects('kubectl-edit'));
    assert.deepEqual(editsOf(edited), [{ field: 'spec.selector', manager: 'kubectl-edit' }]);
  });

  it('is nothing while we manage the field, alone or with others who want the same', () => {
    assert.deepEqual(editsOf(service(selects('code-deployment'))), []);
    assert.deepEqual(editsOf(service(selects('argocd-controller'), selects('code-deployment'))), []);
  });

  it('is nothing in fields that we do not move, and in kinds that we move nothing of', () => {
    assert.deepEqual(editsOf(service(ports('kubectl-edit'))), []);
    assert.deepEqual(editsOf({ ...service(selects('kubectl-edit')), kind: 'Pod' }), []);
  });

  it('is all that a cache keeps of managedFields', () => {
    const edited = service(ports('argocd-controller'), selects('kubectl-edit'));
    const kept = editsAlone(edited) ?? [];
    assert.deepEqual(kept, [selects('kubectl-edit')]);
    assert.deepEqual(editsOf(service(...kept)), editsOf(edited));
    assert.isUndefined(editsAlone(service(ports('argocd-controller'))));
  });
});
