import { assert } from 'chai';
import type { Tenant } from '../../../operator/api/generated/tenant.ts';
import { tenantFacts } from '../../../operator/core/tenant-facts.ts';
import { smallObject } from '../../support/small-room.ts';

const tenant = (spec: Partial<Tenant['spec']>) =>
  smallObject({}, { spec: { namespaces: [{ name: 'acme-prod' }], ...spec } }) as Tenant; // border: the fields a test is about

describe('what policies know of a Tenant', () => {
  it('is what it allows, and nothing of its owners, quota or other namespaces', () => {
    const spec = {
      podSecurity: 'baseline' as const,
      registries: { allow: ['ghcr.io/acme/*'] },
      tools: { allow: ['security.*'] },
      experts: { allow: ['builtin/*'] },
    };
    assert.deepEqual(tenantFacts('acme-prod', 'acme', tenant(spec)), {
      name: 'acme',
      namespace: 'acme-prod',
      podSecurity: 'baseline',
      registries: ['ghcr.io/acme/*'],
      tools: ['security.*'],
      experts: ['builtin/*'],
    });
  });

  it('is the strictest reading of what it leaves out', () => {
    assert.deepEqual(tenantFacts('acme-prod', 'acme', tenant({})), {
      name: 'acme',
      namespace: 'acme-prod',
      podSecurity: 'restricted',
      registries: [],
      tools: [],
      experts: [],
    });
  });

  it('proves nothing for a Tenant that is not there: policies must then deny', () => {
    assert.deepEqual(tenantFacts('acme-prod', 'acme', undefined), { name: 'acme', namespace: 'acme-prod' });
  });
});
