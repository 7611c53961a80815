import { annotations, fieldManagers, labels } from '../../../api/names.ts';
import type { Action } from '../../../core/action.ts';
import { equal, plain } from '../../../core/merge-patch.ts';
import type { HttpRoute } from '../cluster-objects.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';
import { heldRoute, isReset } from './held-route.ts';

/**
 * The next write that gives a route back to Git: first its rules as Git wrote them, unless Git has done so itself, then our
 * marks, with our entry of managedFields. It takes two, since a write that changes a field makes us its manager again.
 */
export function restoreRoute(observed: DeploymentObserved, route: HttpRoute): readonly Action[] {
  const held = heldRoute(route);
  if (held === undefined) return [];
  const { name, resourceVersion = '', managedFields = [] } = route.metadata;
  const write = (patch: object): readonly Action[] => [
    {
      type: 'patch-object',
      target: { resource: 'HTTPRoute', namespace: observed.namespace, name },
      resourceVersion,
      patch: plain(patch),
      as: tenantIdentity(observed),
    },
  ];
  if (!isReset(route, held) && !equal(route.spec.rules, held.rules)) return write({ spec: { rules: held.rules } });
  const others = managedFields.filter(({ manager }) => manager !== fieldManagers.deployment);
  return write({
    metadata: {
      labels: { [labels.deployment]: null },
      annotations: { [annotations.original]: null },
      // An empty list would be taken for a wish to keep what is there.
      ...(managedFields.length === 0 ? {} : { managedFields: others.length === 0 ? [{}] : others }),
    },
  });
}
