import { labels } from '../../../api/names.ts';
import type { DeploymentObserved } from '../observed.ts';
import { blueGreenOf } from './blue-green-of.ts';

/** What the API server writes on a slice: the Service it belongs to. */
const SERVICE_NAME = 'kubernetes.io/service-name';

/** Revisions whose pods the active Service really sends traffic to: what its selector says counts only once the endpoints show it. */
export function inForce(observed: DeploymentObserved): ReadonlySet<string> {
  const { activeService } = blueGreenOf(observed) ?? {};
  const slices = observed.slices.filter(({ metadata }) => metadata.labels?.[SERVICE_NAME] === activeService);
  const revisions = new Map(observed.pods.map(({ metadata }) => [metadata.name, metadata.labels?.[labels.revision]]));
  const found = slices
    .flatMap(({ endpoints = [] }) => endpoints)
    .filter(({ conditions }) => conditions?.ready !== false)
    .map(({ targetRef }) => revisions.get(targetRef?.name ?? ''));
  return new Set(found.filter((revision) => revision !== undefined));
}
