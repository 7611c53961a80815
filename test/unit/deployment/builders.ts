import type { Deployment, DeploymentSpec } from '../../../operator/api/generated/deployment.ts';

export const START = Date.parse('2026-11-02T12:00:00Z');

export function aDeployment(spec: Partial<DeploymentSpec> = {}): Deployment {
  return {
    apiVersion: 'code-engine.dev/v1alpha1',
    kind: 'Deployment',
    metadata: { name: 'shop', namespace: 'acme-prod', uid: 'uid-shop', generation: 1 },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'shop' } },
      template: {
        metadata: { labels: { app: 'shop' } },
        spec: { containers: [{ name: 'web', image: 'shop:1' }] },
      },
      ...spec,
    },
  };
}

/** The user applies another image. */
export function withImage(image: string): (object: Deployment) => Deployment {
  return (object) => ({
    ...object,
    spec: {
      ...object.spec,
      template: { ...object.spec.template, spec: { containers: [{ name: 'web', image }] } },
    },
  });
}
