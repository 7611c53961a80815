import { labels } from '../../../api/names.ts';
import { labelOf } from '../build/pod-template.ts';
import type { DeploymentObserved } from '../observed.ts';
import { canaryTrafficOf } from './canary-traffic-of.ts';
import { withWeight } from './held-route.ts';

/** What Gateway API allows. */
const HEAVIEST = 1_000_000;
/** An annotation keeps the original; all annotations of an object share 256 KiB. */
const LARGEST = 65_536;

/** Why the weights of the route that Git owns cannot be changed, with what to do. */
export function unfitRoute(observed: DeploymentObserved): string | undefined {
  const planned = canaryTrafficOf(observed);
  const name = planned?.route?.name;
  if (planned === undefined || name === undefined) return undefined;
  const { stableService: stable, canaryService: canary } = planned;
  const live = observed.routes.find(({ metadata }) => metadata.name === name);
  if (live === undefined) {
    return `HTTPRoute ${name} does not exist; apply one whose rules list Services ${stable} (weight 100) and ${canary} (weight 0), or set httpRoute.generate`;
  }
  const holder = live.metadata.labels?.[labels.deployment];
  if (holder !== undefined && holder !== labelOf(observed.object.metadata.name)) {
    return `HTTPRoute ${name} is held by a delivery of Deployment ${holder}; name a route of its own for each Deployment`;
  }
  const rules = live.spec.rules ?? [];
  const lists = rules.some(({ backendRefs = [] }) =>
    [stable, canary].every((service) => backendRefs.some((one) => one.name === service)),
  );
  if (!lists) {
    return `no rule of HTTPRoute ${name} lists both Services; let one list ${stable} (weight 100) and ${canary} (weight 0)`;
  }
  if (JSON.stringify(rules).length > LARGEST) {
    return `the rules of HTTPRoute ${name} are larger than ${LARGEST} characters, too many to be kept beside it; split the route`;
  }
  const weights = withWeight(rules, { stable, canary }, 100).flatMap(({ backendRefs = [] }) => backendRefs);
  if (weights.some(({ weight = 1 }) => weight > HEAVIEST)) {
    return `HTTPRoute ${name} has weights too large to be shared in percents; use weights of at most ${HEAVIEST / 100}`;
  }
  return undefined;
}
