import type {
  ExpertConsultation,
  ExpertConsultationSpec,
} from '../../../operator/api/generated/expert-consultation.ts';
import type { Tenant } from '../../../operator/api/generated/tenant.ts';
import { API_VERSION } from '../../../operator/api/names.ts';
import type { ObservedConsultation } from '../../../operator/controllers/expert-consultation/observed.ts';
import type { Laws } from '../../../operator/core/laws.ts';

export const CREATED = Date.parse('2026-03-02T14:00:00Z');

export const laws: Laws = {
  now: CREATED + 1_000,
  epoch: 1,
  settings: { untenanted: 'Serve', podSecurityVersion: 'v1.36' },
};

/** A review of a release, as the deployment room asks for it. */
export function consultation(spec: Partial<ExpertConsultationSpec> = {}): ExpertConsultation {
  return {
    apiVersion: API_VERSION,
    kind: 'ExpertConsultation',
    metadata: {
      name: 'shop-review',
      namespace: 'acme-prod',
      uid: 'uid-1',
      generation: 1,
      creationTimestamp: new Date(CREATED).toISOString(),
    },
    spec: {
      title: 'Is this release safe?',
      question: 'Read the plan and say whether it is safe.',
      answer: { kind: 'choice', options: ['approve', 'reject', 'needs-work'], permits: ['approve'] },
      subject: { kind: 'Deployment', name: 'shop', planHash: 'p1', planName: 'shop-p1', step: 'review' },
      ...spec,
    },
  };
}

export function observed(parts: Partial<ObservedConsultation> = {}): ObservedConsultation {
  return {
    object: consultation(),
    gathering: { state: 'gathered', blocks: [] },
    memory: {},
    ...parts,
  };
}

const TENANT: Tenant['spec'] = { owners: [], namespaces: {} };

export function tenant(spec: Partial<Tenant['spec']> = {}): Tenant {
  return { apiVersion: API_VERSION, kind: 'Tenant', metadata: { name: 'acme' }, spec: { ...TENANT, ...spec } };
}
