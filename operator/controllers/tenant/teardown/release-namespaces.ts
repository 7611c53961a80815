import type { Tenant } from '../../../api/generated/tenant.ts';
import { annotations, labels } from '../../../api/names.ts';
import { type Action, OPERATOR } from '../../../core/action.ts';
import { act, done, wait } from '../../../core/decision.ts';
import { referenceOf } from '../../../core/reference-of.ts';
import type { Step } from '../../../core/room.ts';
import { firstOf } from '../actions-a-turn.ts';
import { deliveryBindings } from '../build/role-bindings.ts';
import { claimsOf } from '../namespaces/judge-namespaces.ts';
import type { Judged } from '../namespaces/judged.ts';
import { guardrail, type Namespace, type ObservedTenant } from '../observed.ts';

/**
 * Teardown. Deliveries end everywhere, for the operator loses the Tenant's identity. `Retain` leaves the rest as it is,
 * the label too: a Tenant of the same name takes the namespaces back, and no other can. `Delete` removes the namespaces
 * that this Tenant made, and lets the others go: without the label, with their walls. Isolation never falls open.
 */
export const releaseNamespaces: Step<ObservedTenant> = {
  name: 'release-namespaces',
  condition: 'NamespacesReleased',
  decide(observed) {
    const { object } = observed;
    const claims = claimsOf(observed).filter(({ judgement }) => judgement.kind === 'member');
    const actions = firstOf(claims.flatMap((claim) => release(observed, claim)));
    if (actions !== undefined) return act('Releasing', `letting go of ${names(claims)}`, ...actions);
    const leaving = claimsOf(observed).filter(
      (claim) => claim.judgement.kind === 'terminating' && isMade(object, claim),
    );
    if (object.spec.deletion === 'Delete' && leaving.length > 0) {
      return wait('NamespacesTerminating', `${names(leaving)}: being deleted with all that is in them`);
    }
    return done('Released', 'nothing is held any more');
  },
};

function release(observed: ObservedTenant, claim: Judged): readonly Action[] {
  const { object } = observed;
  const { live } = claim;
  if (live === undefined) return [];
  if (object.spec.deletion === 'Delete' && isMade(object, claim)) return [removal(live)];
  const closings = deliveryBindings(object, claim.name).flatMap(({ kind, metadata }) => {
    const door = guardrail(observed, kind, claim.name, metadata.name);
    return door === undefined ? [] : [removal(door)];
  });
  return object.spec.deletion === 'Delete' && closings.length === 0 ? [unlabelling(live)] : closings;
}

/** Made by this Tenant and still its own wish: only that may be destroyed with it. */
function isMade({ spec }: Tenant, { name, origin }: Judged): boolean {
  const { create = [], adopt } = spec.namespaces ?? {};
  return origin === 'created' && create.includes(name) && adopt?.names?.includes(name) !== true;
}

function removal(object: Namespace | NonNullable<ReturnType<typeof guardrail>>): Action {
  const uid = object.metadata.uid ?? '';
  return { type: 'delete-object', target: referenceOf(object), uid, propagation: 'Background', as: OPERATOR };
}

const unlabelling = (live: Namespace): Action => ({
  type: 'patch-object',
  target: referenceOf(live),
  resourceVersion: live.metadata.resourceVersion ?? '',
  patch: {
    metadata: {
      labels: { [labels.tenant]: null },
      annotations: {
        [annotations.tenantNamespaces]: null,
        [annotations.network]: null,
        [annotations.origin]: null,
        [annotations.intent]: null,
      },
    },
  },
  as: OPERATOR,
});

const names = (claims: readonly Judged[]): string => claims.map(({ name }) => name).join(', ');
