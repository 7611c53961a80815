import { labels } from '../../../api/names.ts';
import type { DeploymentObserved } from '../observed.ts';
import { revisionOf } from '../rollout/revision-of.ts';
import { canaryTrafficOf } from '../traffic/canary-traffic-of.ts';
import { namedServices } from '../traffic/named-services.ts';
import { routeName } from '../traffic/route-of.ts';

export const childName = (kind: string, name: string): string => `${kind} ${name}`;

/** What stands of that without which nothing is delivered: the next pass that misses one of these knows that it was deleted. */
export function childrenOf(observed: DeploymentObserved): readonly string[] {
  const { delivery, memory, replicaSets, services, routes } = observed;
  const revisions = new Set([delivery.plan.revision, memory.revisions?.serving]);
  const planned = canaryTrafficOf(observed);
  const generated = planned?.route?.generate === undefined ? undefined : routeName(observed, planned);
  const pods = [...revisions].flatMap((hash) => replicaSets.filter((one) => revisionOf(one) === hash));
  const leading = namedServices(observed).flatMap((name) =>
    services.filter(({ metadata }) => metadata.name === name && metadata.labels?.[labels.deployment] !== undefined),
  );
  const splitting = routes.filter(({ metadata }) => metadata.name === generated);
  // Caches have no order, and at rest nothing is written.
  return [...pods, ...leading, ...splitting].map(({ kind, metadata }) => childName(kind, metadata.name));
}
