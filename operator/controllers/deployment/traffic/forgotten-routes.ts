import type { Action } from '../../../core/action.ts';
import { type DeploymentObserved, isServing, tenantIdentity } from '../observed.ts';
import { canaryTrafficOf } from './canary-traffic-of.ts';
import { restoreRoute } from './restore-route.ts';

/**
 * What to do about routes that the plan asks for no more. One of ours goes once the plan is promoted: until then it still
 * brings traffic; one of Git's goes back at once.
 */
export function forgottenRoutes(observed: DeploymentObserved): readonly Action[] {
  const { object, routes, namespace } = observed;
  const { route } = canaryTrafficOf(observed) ?? {};
  return routes.flatMap((one): readonly Action[] => {
    const { metadata } = one;
    const ours = metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid) ?? false;
    if (!ours) return metadata.name === route?.name ? [] : restoreRoute(observed, one);
    if (!isServing(observed) || route?.generate !== undefined) return [];
    return [
      {
        type: 'delete-object',
        target: { resource: 'HTTPRoute', namespace, name: metadata.name },
        uid: metadata.uid ?? '',
        propagation: 'Background',
        as: tenantIdentity(observed),
      },
    ];
  });
}
