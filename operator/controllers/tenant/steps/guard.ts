import { OFFERED_ROLES } from '../../../api/names.ts';
import type { KubeObject } from '../../../api/objects.ts';
import { type Action, OPERATOR } from '../../../core/action.ts';
import { act, type Decision, done, stuck, wait } from '../../../core/decision.ts';
import { referenceOf } from '../../../core/reference-of.ts';
import type { Step } from '../../../core/room.ts';
import { firstOf } from '../actions-a-turn.ts';
import { type Guarded, guardrailsOf, isDrifted, leftovers, openDoors, stands } from '../guardrails.ts';
import { judgeNamespaces } from '../namespaces/judge-namespaces.ts';
import type { Judged } from '../namespaces/judged.ts';
import { type ObservedTenant, tenantOf } from '../observed.ts';

/**
 * Walls before doors, in every namespace: what keeps out stands, and is enforced, before anybody is let in. Drift is put
 * back in the pass that sees it; a namespace that is refused loses its doors and keeps its walls.
 */
export const guard: Step<ObservedTenant> = {
  name: 'guard',
  condition: 'Guarded',
  decide(observed) {
    const role = observed.object.spec.roles?.find(({ clusterRole }) => !offered(clusterRole))?.clusterRole;
    if (role !== undefined) {
      return stuck(
        'RoleNotOffered',
        `spec.roles: ${role} is not given to tenants; choose of ${OFFERED_ROLES.join(', ')}`,
      );
    }
    const judged = judgeNamespaces(observed);
    const guarded = guardrailsOf(observed, judged);
    const actions = firstOf([...closings(observed, judged), ...guarded.flatMap((each) => raisings(observed, each))]);
    if (actions !== undefined) {
      const repaired = actions.some((action) => action.type === 'apply-object' && isDrifted(observed, action.object));
      return repaired
        ? act('Drifted', `putting back what somebody else changed: ${told(actions)}`, ...actions)
        : act('Guarding', `putting up walls and doors: ${told(actions)}`, ...actions);
    }
    return settled(observed, judged, guarded);
  },
};

const offered = (role: string): boolean => OFFERED_ROLES.some((name) => name === role);

/** Doors of refused namespaces. */
function closings(observed: ObservedTenant, judged: readonly Judged[]): readonly Action[] {
  return judged
    .filter(({ live, judgement }) => judgement.kind === 'refused' && live !== undefined && isLabelled(observed, live))
    .flatMap(({ name }) => openDoors(observed, name).map(remove));
}

function raisings(observed: ObservedTenant, guarded: Guarded): readonly Action[] {
  const missing = [...guarded.walls, ...(guarded.walled ? guarded.doors : [])].filter(
    (each) => !stands(observed, each),
  );
  return [
    ...leftovers(observed, guarded).map(remove),
    ...missing.map((object): Action => ({ type: 'apply-object', object, as: OPERATOR })),
  ];
}

const remove = (object: KubeObject): Action => ({
  type: 'delete-object',
  target: referenceOf(object),
  uid: object.metadata.uid ?? '',
  propagation: 'Background',
  as: OPERATOR,
});

const isLabelled = ({ object }: ObservedTenant, namespace: KubeObject): boolean =>
  tenantOf(namespace) === object.metadata.name;

function settled(observed: ObservedTenant, judged: readonly Judged[], guarded: readonly Guarded[]): Decision {
  const waiting = guarded.filter(({ quota }) => quota?.settled === false).map(({ name }) => name);
  if (waiting.length > 0) {
    return wait('QuotaSettling', `waiting until the API server enforces the quota of ${waiting.join(', ')}`);
  }
  for (const { name, asked, judgement } of judged) {
    if (judgement.kind === 'refused' && asked && judgement.reason !== 'Suspended') {
      return stuck(judgement.reason, `namespace ${judgement.message}`);
    }
    if (judgement.kind === 'absent') {
      return wait(
        'NamespaceMissing',
        `namespace ${name} of namespaces.adopt.names does not exist; create it, or take it out`,
      );
    }
    if (judgement.kind === 'terminating' && asked) {
      return wait('NamespaceTerminating', `namespace ${name} is being deleted; it comes back once it is gone`);
    }
  }
  if (observed.object.spec.suspend === true) {
    return done('Suspended', 'the Tenant is suspended: its walls stand, and nothing new begins');
  }
  if (guarded.length === 0) return done('NothingToGuard', 'there is no namespace to guard');
  const count = guarded.length;
  return done(
    'Guarded',
    count === 1 ? '1 namespace is behind its walls' : `${count} namespaces are behind their walls`,
  );
}

function told(actions: readonly Action[]): string {
  const names = actions.flatMap((action) => {
    if (action.type === 'apply-object')
      return [`${action.object.kind} ${action.object.metadata.namespace}/${action.object.metadata.name}`];
    return action.type === 'delete-object'
      ? [`no ${action.target.resource} ${action.target.namespace}/${action.target.name}`]
      : [];
  });
  return names.slice(0, 4).join(', ') + (names.length > 4 ? ` and ${names.length - 4} more` : '');
}
