import type { Action } from '../../../core/action.ts';
import { type DeploymentObserved, isServing, tenantIdentity } from '../observed.ts';
import { canaryTrafficOf } from './canary-traffic-of.ts';

/** Routes of ours that the promoted plan asks for no more: until its promotion they still bring traffic. */
export function forgottenRoutes(observed: DeploymentObserved): readonly Action[] {
  const { object, routes, namespace } = observed;
  if (!isServing(observed) || canaryTrafficOf(observed)?.route?.generate !== undefined) return [];
  return routes
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid))
    .map(({ metadata }) => ({
      type: 'delete-object',
      target: { resource: 'HTTPRoute', namespace, name: metadata.name },
      uid: metadata.uid ?? '',
      propagation: 'Background',
      as: tenantIdentity(observed),
    }));
}
