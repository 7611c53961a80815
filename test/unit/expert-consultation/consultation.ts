import type {
  ExpertConsultation,
  ExpertConsultationSpec,
} from '../../../operator/api/generated/expert-consultation.ts';
import type { Tenant } from '../../../operator/api/generated/tenant.ts';
import { API_VERSION } from '../../../operator/api/names.ts';
import { remembered } from '../../../operator/controllers/expert-consultation/memory.ts';
import type { ObservedConsultation } from '../../../operator/controllers/expert-consultation/observed.ts';
import { choosePanel } from '../../../operator/controllers/expert-consultation/panel.ts';
import { NOBODY, peopleOf } from '../../../operator/controllers/expert-consultation/people.ts';
import type { Json } from '../../../operator/core/json.ts';
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
    people: NOBODY,
    memory: {},
    ...parts,
  };
}

/** As `observe` makes it of an object and a time, with the plan of careful pods for evidence. */
export function observedAt(
  object: ExpertConsultation,
  now: number,
  pod: Json = carefulPod,
  withdrawn = object.spec.withdrawn,
): ObservedConsultation {
  const memory = remembered(object);
  const choice = choosePanel(object.spec, undefined);
  const block = (id: string, content: Json) => ({ id, kind: id, bytes: 1, digest: id, content });
  const blocks = [block('plan', { template: { spec: pod } }), block('scale', { replicas: 2 })];
  return {
    object,
    gathering: memory.questionDigest === undefined ? { state: 'gathered', blocks } : { state: 'settled' },
    people: peopleOf(object, choice.ok ? choice.panel.experts : [], now, withdrawn),
    memory,
    ...(withdrawn === undefined ? {} : { withdrawn }),
  };
}

/** Pods that no built-in reviewer has anything grave to say about. */
export const carefulPod = {
  containers: [
    {
      name: 'web',
      image: 'registry.example/web:1.2',
      resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
      readinessProbe: { periodSeconds: 5 },
      securityContext: { runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    },
  ],
};

const TENANT: Tenant['spec'] = { owners: [], namespaces: {} };

export function tenant(spec: Partial<Tenant['spec']> = {}): Tenant {
  return { apiVersion: API_VERSION, kind: 'Tenant', metadata: { name: 'acme' }, spec: { ...TENANT, ...spec } };
}
