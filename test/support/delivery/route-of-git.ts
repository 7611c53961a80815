/** A canary whose traffic a route splits that Git owns, and that route. */
import { assert } from 'chai';
import type { CanaryStep, Deployment } from '../../../operator/api/generated/deployment.ts';
import type { HttpRoute } from '../../../operator/controllers/deployment/cluster-objects.ts';
import type { Name } from './delivery.ts';
import { shop } from './manifests.ts';

/** A tenth of the traffic for ten seconds, then half of it until the token. */
const SAMPLE = 'versions/shop-gateway.yaml';

/** Another backend under the path, and both Services of the canary behind a rule of their own. */
export function routeOfGit({ namespace, name }: Name, path = '/old'): HttpRoute {
  const backend = (name: string, weight: number) => ({ name, port: 8080, weight });
  const rules = [
    { matches: [{ path: { type: 'PathPrefix', value: path } }], backendRefs: [backend('legacy', 1)] },
    { backendRefs: [backend(name, 100), backend(`${name}-canary`, 0)] },
  ];
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'front', namespace },
    spec: { parentRefs: [{ name: 'edge' }], rules },
  };
}

/** @param steps instead of those of the sample */
export function canaryByRouteOfGit(name: Name, version: string, steps?: CanaryStep[]): Deployment {
  const rollback = { automatic: true, scaleDownDelaySeconds: 1 };
  const sample = shop({ ...name, sample: SAMPLE, version, spec: { rollback } });
  const { strategy } = sample.spec;
  assert(strategy?.canary !== undefined);
  const traffic = { httpRoute: { name: 'front' } };
  const canary = { ...strategy.canary, traffic, ...(steps === undefined ? {} : { steps }) };
  return { ...sample, spec: { ...sample.spec, strategy: { ...strategy, canary } } };
}
