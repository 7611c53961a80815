import { assert } from 'chai';
import { parseDeployment, parseExpertConsultation, parseTenant } from '../../operator/api/parse.ts';
import type { Parsed } from '../../operator/api/parsed.ts';

const deployment = {
  apiVersion: 'code-engine.dev/v1alpha1',
  kind: 'Deployment',
  metadata: { name: 'shop', namespace: 'acme-prod', uid: '1' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'shop' } },
    template: {
      metadata: { labels: { app: 'shop' } },
      spec: { containers: [{ name: 'shop', image: 'images.acme.example/shop:1', ports: [{ containerPort: 80 }] }] },
    },
    strategy: { type: 'Rolling', rolling: { maxSurge: '25%', maxUnavailable: 0 } },
    tools: {
      before: [{ name: 'scan', server: 'security', tool: 'scan_image', arguments: { deep: { a: [1, null] } } }],
    },
  },
};

describe('reading an object of ours at the border', () => {
  it('gives the very value where it has the shape of its CRD', () => {
    assert.deepEqual<unknown>(parseDeployment(deployment), { ok: true, value: deployment });
  });

  it('names every wrong field by its path and says what to do', () => {
    const value = {
      ...deployment,
      spec: {
        ...deployment.spec,
        replica: 3,
        replicas: 'three',
        strategy: { type: 'Fast', rolling: { maxSurge: 'many' } },
        tools: { before: [{ name: 'scan', server: 'security', timeout: 'soon' }] },
      },
    };
    assert.sameDeepMembers(errorsOf(parseDeployment(value)), [
      'spec.replica is not a field of this object: remove it',
      'spec.replicas must be of type integer',
      'spec.strategy.type must be one of Rolling, Canary, BlueGreen',
      'spec.strategy.rolling.maxSurge must match ^([0-9]{1,5}|(100|[0-9]{1,2})%)$',
      'spec.tools.before[0].tool is missing: set it',
      'spec.tools.before[0].timeout must match ^([0-9]{1,8}(ms|s|m|h))+$',
    ]);
  });

  it('counts characters as the API server does, a surrogate pair once', () => {
    const consultation = (question: string) => ({
      apiVersion: 'code-engine.dev/v1alpha1',
      kind: 'ExpertConsultation',
      metadata: { name: 'safe', namespace: 'acme-prod' },
      spec: { title: 'Safe?', question, answer: { kind: 'choice', options: ['approve', 'reject'] } },
    });
    assert.isTrue(parseExpertConsultation(consultation('🚀'.repeat(10))).ok);
    assert.deepEqual(errorsOf(parseExpertConsultation(consultation('🚀'.repeat(9)))), [
      'spec.question must have at least 10 characters',
    ]);
  });

  it('refuses what is no object at all, and another kind', () => {
    assert.deepEqual(parseTenant(null), { ok: false, errors: [{ field: '', message: 'must be of type object' }] });
    assert.include(errorsOf(parseTenant(deployment)), 'kind must be Tenant');
  });

  it('tells at most twenty errors, however many there are', () => {
    const owners = Array.from({ length: 30 }, () => ({ kind: 'Robot', name: 'x' }));
    const tenant = {
      apiVersion: 'code-engine.dev/v1alpha1',
      kind: 'Tenant',
      metadata: { name: 'acme' },
      spec: { owners },
    };
    assert.lengthOf(errorsOf(parseTenant(tenant)), 20);
  });
});

function errorsOf(parsed: Parsed<unknown>): string[] {
  return parsed.ok ? [] : parsed.errors.map(({ field, message }) => `${field} ${message}`);
}
