import { covers } from '../../../core/covers.ts';
import { httpRoute } from '../build/http-route.ts';
import type { HttpRoute } from '../cluster-objects.ts';
import type { PlannedTraffic } from '../delivery/planned-strategy.ts';
import type { DeploymentObserved } from '../observed.ts';
import type { Route } from '../rollout/world.ts';
import { acceptance } from './acceptance.ts';

/** The route that splits the traffic, as the planner sees it; `undefined` where the plan names none. */
export function routeOf(observed: DeploymentObserved, planned: PlannedTraffic): Route | undefined {
  if (planned.route === undefined) return undefined;
  const name = routeName(observed, planned);
  const live = observed.routes.find(({ metadata }) => metadata.name === name);
  if (live === undefined) return { name, drifted: false, trouble: `HTTPRoute ${name} does not exist yet` };
  const given = weightGiven(live, planned);
  const wanted = given === undefined ? undefined : httpRoute(observed, planned, given);
  const drifted = wanted === undefined || !covers(live.spec, wanted.spec);
  const trouble = acceptance(live);
  return {
    name,
    drifted,
    // A route that lists our Services no more gives them nothing that could be told.
    given: given ?? 0,
    ...(trouble === undefined && given !== undefined ? { inForce: given } : {}),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

export function routeName({ object }: Pick<DeploymentObserved, 'object'>, { route }: PlannedTraffic): string {
  return route?.name ?? object.metadata.name;
}

/** Percent of the two Services' traffic that the first rule with both of them gives to the canary. */
function weightGiven({ spec }: HttpRoute, { stableService, canaryService }: PlannedTraffic): number | undefined {
  for (const { backendRefs = [] } of spec.rules ?? []) {
    const stable = backendRefs.find(({ name }) => name === stableService);
    const canary = backendRefs.find(({ name }) => name === canaryService);
    if (stable === undefined || canary === undefined) continue;
    const [rest, share] = [stable.weight ?? 1, canary.weight ?? 1];
    return rest + share === 0 ? 0 : Math.round((100 * share) / (rest + share));
  }
  return undefined;
}
