import { labels } from '../../../api/names.ts';
import type { Action } from '../../../core/action.ts';
import type { Service } from '../cluster-objects.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';
import { canaryTrafficOf } from './canary-traffic-of.ts';
import { heldRoute } from './held-route.ts';
import { namedServices } from './named-services.ts';
import { restoreRoute } from './restore-route.ts';

/** The writes that leave every route and Service of Git's as its manifest says: the Services without selector, and without our label. */
export function giveBack(observed: DeploymentObserved): readonly Action[] {
  const services = observed.services
    .filter((one) => isGits(observed, one) && one.metadata.labels?.[labels.deployment] !== undefined)
    .map(
      ({ metadata }): Action => ({
        type: 'patch-object',
        target: { resource: 'Service', namespace: observed.namespace, name: metadata.name },
        resourceVersion: metadata.resourceVersion ?? '',
        patch: { metadata: { labels: { [labels.deployment]: null } }, spec: { selector: null } },
        as: tenantIdentity(observed),
      }),
    );
  const routes = giveRoutesBack(observed);
  return routes.length > 0 ? routes : services;
}

/** Traffic goes back to the stable Service whatever becomes of the pods. */
export function giveRoutesBack(observed: DeploymentObserved): readonly Action[] {
  return observed.routes.flatMap((one) => restoreRoute(observed, one));
}

/** True from before the first write to a Service of Git's: a deletion must find something to wait for. */
export function borrows(observed: DeploymentObserved): boolean {
  const named = namedServices(observed);
  if (canaryTrafficOf(observed)?.route?.name !== undefined) return true;
  if (observed.routes.some((one) => heldRoute(one) !== undefined)) return true;
  return observed.services.some(
    (one) =>
      isGits(observed, one) &&
      (named.includes(one.metadata.name) || one.metadata.labels?.[labels.deployment] !== undefined),
  );
}

const isGits = ({ object }: DeploymentObserved, { metadata }: Service): boolean =>
  !metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid);
