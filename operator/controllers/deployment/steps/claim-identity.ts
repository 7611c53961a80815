import { conditionTypes } from '../../../api/conditions.ts';
import { TENANT_IDENTITY_ROLE, TENANT_SERVICE_ACCOUNT, TENANT_WORKLOAD_ROLE } from '../../../api/names.ts';
import type { KubeObject } from '../../../api/objects.ts';
import { OPERATOR } from '../../../core/action.ts';
import { covers } from '../../../core/covers.ts';
import { act, type Decision, done, type Milliseconds, stuck, wait } from '../../../core/decision.ts';
import type { Step } from '../../../core/room.ts';
import { identityBinding, workloadBinding } from '../build/role-binding.ts';
import { serviceAccount } from '../build/service-account.ts';
import type { DeploymentObserved } from '../observed.ts';

/**
 * A binding takes effect when the API server's authorizer has seen it, a moment after it was stored; earlier the first write
 * as the tenant would be refused. Creation times are cut to whole seconds, hence two.
 */
const BINDING_TAKES_EFFECT: Milliseconds = 2_000;
/** No event of a Tenant wakes this key: look again. */
const LOOK_AGAIN: Milliseconds = 5_000;

/** Is there a ServiceAccount whose rights the work can be written with? A Tenant brings it; elsewhere we do, if we may. */
export const claimIdentity: Step<DeploymentObserved> = {
  name: 'claim-identity',
  condition: conditionTypes.identityClaimed,
  decide(observed, laws) {
    const { namespace, tenantName, serviceAccount: account } = observed;
    const edited = tenantName === undefined && laws.settings.untenanted === 'Serve' && isEdited(observed);
    if (isIdentified(observed) && !edited) return inEffect([account, ...bindingsOf(observed)], namespace, laws.now);
    if (tenantName !== undefined) {
      return wait(
        'TenantNotReady',
        `namespace ${namespace} belongs to Tenant ${tenantName}, which has not set up ServiceAccount ${TENANT_SERVICE_ACCOUNT} there yet; kubectl describe ctenant ${tenantName} says why`,
        laws.now + LOOK_AGAIN,
      );
    }
    if (laws.settings.untenanted === 'Refuse') {
      return stuck(
        'TenantRequired',
        `namespace ${namespace} belongs to no Tenant, and the operator's setting untenanted is Refuse; create this object in a namespace of a Tenant, or set untenanted to Serve`,
      );
    }
    const [first = serviceAccount(namespace), ...rest] = lacking(observed);
    return act(
      'ClaimingIdentity',
      `setting up ServiceAccount ${TENANT_SERVICE_ACCOUNT} in namespace ${namespace}`,
      applied(first),
      ...rest.map(applied),
    );
  },
};

type Identified = Pick<DeploymentObserved, 'serviceAccount' | 'roleBindings'>;

/** True where the ServiceAccount and its bindings stand, in effect or about to be. */
export function isIdentified(observed: Identified): boolean {
  return observed.serviceAccount !== undefined && bindingsOf(observed).every((binding) => binding !== undefined);
}

/** What is not there, or not as it has to be. */
function lacking(observed: DeploymentObserved): readonly KubeObject[] {
  const { namespace, serviceAccount: account } = observed;
  const bindings = [workloadBinding(namespace), identityBinding(namespace)].filter((intent) => {
    const found = bindingOf(observed, intent.roleRef.name);
    return found === undefined || !covers(found.subjects, intent.subjects);
  });
  return account === undefined ? [serviceAccount(namespace), ...bindings] : bindings;
}

const applied = (object: KubeObject) => ({ type: 'apply-object', object, as: OPERATOR }) as const;

/** Who holds a role cannot be told from its being bound. */
function isEdited(observed: DeploymentObserved): boolean {
  return isIdentified(observed) && lacking(observed).length > 0;
}

function bindingsOf({ roleBindings }: Identified) {
  return [TENANT_WORKLOAD_ROLE, TENANT_IDENTITY_ROLE].map((role) => bindingOf({ roleBindings }, role));
}

function bindingOf({ roleBindings }: Pick<Identified, 'roleBindings'>, role: string) {
  return roleBindings.find(({ roleRef }) => roleRef.name === role);
}

function inEffect(objects: readonly (KubeObject | undefined)[], namespace: string, now: Milliseconds): Decision {
  const created = objects.map((object) => Date.parse(object?.metadata.creationTimestamp ?? '') || 0);
  const from = Math.max(...created) + BINDING_TAKES_EFFECT;
  const identity = `ServiceAccount ${TENANT_SERVICE_ACCOUNT} of namespace ${namespace}`;
  if (now < from) return wait('IdentityForming', `${identity} is new; its rights take effect in a moment`, from);
  return done('IdentityClaimed', `the work is written as ${identity}`);
}
