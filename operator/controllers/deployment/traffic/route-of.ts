import { covers } from '../../../core/covers.ts';
import { httpRoute } from '../build/http-route.ts';
import type { HttpRoute } from '../cluster-objects.ts';
import type { PlannedTraffic } from '../delivery/planned-strategy.ts';
import type { DeploymentObserved } from '../observed.ts';
import type { Route } from '../rollout/world.ts';
import { acceptance } from './acceptance.ts';
import { heldRoute, isReset } from './held-route.ts';

/**
 * The route that splits the traffic, as the planner sees it; `undefined` where the plan names none. Git's is none of our
 * business while there is nothing to split and we do not hold it.
 */
export function routeOf(observed: DeploymentObserved, planned: PlannedTraffic, splitting: boolean): Route | undefined {
  if (planned.route === undefined) return undefined;
  const name = routeName(observed, planned);
  const live = observed.routes.find(({ metadata }) => metadata.name === name);
  const gits = planned.route.generate === undefined;
  const held = live === undefined || !gits ? undefined : heldRoute(live);
  if (gits && held === undefined && !splitting) return undefined;
  if (live === undefined) return { name, drifted: false, gits, trouble: `HTTPRoute ${name} does not exist` };
  const given = weightGiven(live, planned);
  const trouble = acceptance(live);
  return {
    name,
    gits,
    ...(held === undefined ? {} : { held: true }),
    drifted: gits
      ? splitting && (held === undefined || isReset(live, held))
      : !covers(live.spec, httpRoute(observed, planned, given ?? 0)?.spec ?? {}),
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
