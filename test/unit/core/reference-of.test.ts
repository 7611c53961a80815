import { assert } from 'chai';
import { Bug } from '../../../operator/api/errors.ts';
import { referenceOf } from '../../../operator/core/reference-of.ts';

describe('the reference of an object', () => {
  it('tells our Deployment from that of apps/v1 by its group', () => {
    const metadata = { name: 'shop', namespace: 'acme' };
    assert.deepEqual(referenceOf({ apiVersion: 'code-engine.dev/v1alpha1', kind: 'Deployment', metadata }), {
      resource: 'Deployment',
      namespace: 'acme',
      name: 'shop',
    });
    const foreign = { apiVersion: 'apps/v1', kind: 'Deployment', metadata };
    assert.throws(() => referenceOf(foreign), Bug, 'apps/v1 Deployment is not in api/resources.ts');
  });

  it('has no namespace where the object has none', () => {
    assert.deepEqual(referenceOf({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'acme' } }), {
      resource: 'Namespace',
      name: 'acme',
    });
  });
});
