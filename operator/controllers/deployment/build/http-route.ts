import { labels } from '../../../api/names.ts';
import type { HttpRoute } from '../cluster-objects.ts';
import type { PlannedTraffic } from '../delivery/planned-strategy.ts';
import type { DeploymentObserved } from '../observed.ts';
import { ownerReference } from './owner-reference.ts';
import { labelOf } from './pod-template.ts';
import { servicePorts } from './service.ts';

/** A route of ours: what the spec asks for, with the canary Service's percent of the traffic; `undefined` where Git owns it. */
export function httpRoute(
  observed: Pick<DeploymentObserved, 'object' | 'delivery' | 'services'>,
  planned: PlannedTraffic,
  weight: number,
): HttpRoute | undefined {
  const generate = planned.route?.generate;
  if (generate === undefined) return undefined;
  const { name, namespace } = observed.object.metadata;
  const [port = 80] = routePorts(observed, planned);
  const backend = (service: string, share: number) => ({
    group: '',
    kind: 'Service',
    name: service,
    port,
    weight: share,
  });
  const matches = (generate.paths ?? ['/']).map((value) => ({ path: { type: 'PathPrefix', value } }));
  const { stableService, canaryService } = planned;
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { [labels.deployment]: labelOf(name) },
      ownerReferences: [ownerReference(observed.object)],
    },
    spec: {
      parentRefs: generate.parentRefs,
      ...(generate.hostnames === undefined ? {} : { hostnames: generate.hostnames }),
      rules: [{ matches, backendRefs: [backend(stableService, 100 - weight), backend(canaryService, weight)] }],
    },
  };
}

/** The port that the route sends to: the one named, else every port of the Service, of which there must be one. */
export function routePorts(
  { delivery, services }: Pick<DeploymentObserved, 'delivery' | 'services'>,
  { route, stableService }: PlannedTraffic,
): readonly number[] {
  const named = route?.generate?.port;
  if (named !== undefined) return [named];
  const live = services.find(({ metadata }) => metadata.name === stableService);
  return (live?.spec.ports ?? servicePorts(delivery.plan)).map(({ port }) => port);
}
