import { annotations, labels } from '../../../api/names.ts';
import type { Action } from '../../../core/action.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import { plain } from '../../../core/merge-patch.ts';
import { httpRoute } from '../build/http-route.ts';
import { labelOf } from '../build/pod-template.ts';
import type { HttpRoute } from '../cluster-objects.ts';
import type { PlannedTraffic } from '../delivery/planned-strategy.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';
import { canaryTrafficOf } from './canary-traffic-of.ts';
import { heldRoute, isReset, withWeight } from './held-route.ts';
import { recentResets } from './route-contest.ts';
import { routeName } from './route-of.ts';

/** The write that gives the canary Service its percent of the traffic, guarded by the version that was read. */
export function weighRoute(observed: DeploymentObserved, canary: number, now: Milliseconds): readonly Action[] {
  const planned = canaryTrafficOf(observed);
  if (planned === undefined) return [];
  const as = tenantIdentity(observed);
  const name = routeName(observed, planned);
  const live = observed.routes.find(({ metadata }) => metadata.name === name);
  const object = httpRoute(observed, planned, canary);
  if (live === undefined) return object === undefined ? [] : [{ type: 'create-object', object, as }];
  const patch =
    object === undefined
      ? held(observed, planned, live, { weight: canary, now })
      : { spec: { hostnames: null, ...object.spec } };
  return [
    {
      type: 'patch-object',
      target: { resource: 'HTTPRoute', namespace: observed.namespace, name },
      resourceVersion: live.metadata.resourceVersion ?? '',
      patch: plain(patch),
      as,
    },
  ];
}

/** Of Git's route the weights alone, with what it was before; what somebody wrote since is what it is now. */
function held(
  { object }: DeploymentObserved,
  { stableService: stable, canaryService: canary }: PlannedTraffic,
  live: HttpRoute,
  { weight, now }: { readonly weight: number; readonly now: Milliseconds },
): object {
  const before = heldRoute(live);
  const reset = before !== undefined && isReset(live, before);
  const rules = before === undefined || reset ? (live.spec.rules ?? []) : before.rules;
  const resets = recentResets([...(before?.resets ?? []), ...(reset ? [now] : [])], now);
  const original = JSON.stringify({ rules, stable, canary, weight, resets });
  return {
    metadata: {
      labels: { [labels.deployment]: labelOf(object.metadata.name) },
      annotations: { [annotations.original]: original },
    },
    spec: { rules: withWeight(rules, { stable, canary }, weight) },
  };
}
