import type { Action } from '../../../core/action.ts';
import { plain } from '../../../core/merge-patch.ts';
import { httpRoute } from '../build/http-route.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';
import { canaryTrafficOf } from './canary-traffic-of.ts';

/** The write that gives the canary Service its percent of the traffic, guarded by the version that was read. */
export function weighRoute(observed: DeploymentObserved, canary: number): readonly Action[] {
  const planned = canaryTrafficOf(observed);
  const object = planned && httpRoute(observed, planned, canary);
  if (object === undefined) return [];
  const as = tenantIdentity(observed);
  const live = observed.routes.find(({ metadata }) => metadata.name === object.metadata.name);
  if (live === undefined) return [{ type: 'create-object', object, as }];
  return [
    {
      type: 'patch-object',
      target: { resource: 'HTTPRoute', namespace: observed.namespace, name: object.metadata.name },
      resourceVersion: live.metadata.resourceVersion ?? '',
      patch: plain({ spec: { hostnames: null, ...object.spec } }),
      as,
    },
  ];
}
