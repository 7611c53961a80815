import { labels } from '../../../api/names.ts';
import type { Action } from '../../../core/action.ts';
import type { Service } from '../cluster-objects.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';
import { namedServices } from './named-services.ts';

/** The writes that leave every Service of Git's as its manifest says: without a selector, and without our label. */
export function giveBack(observed: DeploymentObserved): readonly Action[] {
  return observed.services
    .filter((one) => isGits(observed, one) && one.metadata.labels?.[labels.deployment] !== undefined)
    .map(({ metadata }) => ({
      type: 'patch-object',
      target: { resource: 'Service', namespace: observed.namespace, name: metadata.name },
      resourceVersion: metadata.resourceVersion ?? '',
      patch: { metadata: { labels: { [labels.deployment]: null } }, spec: { selector: null } },
      as: tenantIdentity(observed),
    }));
}

/** True from before the first write to a Service of Git's: a deletion must find something to wait for. */
export function borrows(observed: DeploymentObserved): boolean {
  const named = namedServices(observed);
  return observed.services.some(
    (one) =>
      isGits(observed, one) &&
      (named.includes(one.metadata.name) || one.metadata.labels?.[labels.deployment] !== undefined),
  );
}

const isGits = ({ object }: DeploymentObserved, { metadata }: Service): boolean =>
  !metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid);
