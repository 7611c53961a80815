import { conditionTypes } from '../../../api/conditions.ts';
import type { Condition, KubeObject } from '../../../api/objects.ts';
import type { Action, ActionOf } from '../../../core/action.ts';
import { covers } from '../../../core/covers.ts';
import { editsOf } from '../../../core/edits.ts';
import { type Drift, repairedBefore } from '../../../core/repairs.ts';
import type { DeploymentObserved } from '../observed.ts';
import { canaryTrafficOf } from '../traffic/canary-traffic-of.ts';
import { namedServices } from '../traffic/named-services.ts';
import { childName } from './children-of.ts';

/**
 * What this action puts right; `undefined` where it is a move of ours. Only what is stored decides, never what this process
 * remembers: an edit is told by the child's own managedFields, a deletion by what status says stood before.
 */
export function driftOf(observed: DeploymentObserved, action: Action): Drift | undefined {
  switch (action.type) {
    case 'patch-object':
      return edited(observed, action);
    case 'create-object': {
      const { kind, metadata } = action.object;
      return stoodBefore(observed, kind, metadata.name) ? { kind, name: metadata.name } : undefined;
    }
    case 'copy-config':
      return copyLost(observed, action) ? { kind: action.kind, name: action.copy } : undefined;
    case 'apply-object':
      return identityDrift(observed, action.object);
    default:
      return undefined;
  }
}

function edited(observed: DeploymentObserved, { target, patch }: ActionOf<'patch-object'>): Drift | undefined {
  const { resource: kind, name } = target;
  const spec = typeof patch === 'object' && patch !== null && 'spec' in patch;
  if (kind === 'ReplicaSet' && !spec) {
    const lost = { kind, name, field: 'metadata.ownerReferences' };
    return stoodBefore(observed, kind, name) ? lost : undefined;
  }
  const live = movedChild(observed, kind, name);
  const [edit] = live === undefined ? [] : editsOf(live);
  return edit === undefined ? undefined : { kind, name, ...edit };
}

/** The child as it is, where nobody but we may move it. Git's route has a contest of its own, and Git may bring a Service. */
function movedChild(observed: DeploymentObserved, kind: string, name: string): KubeObject | undefined {
  const named = ({ metadata }: KubeObject) => metadata.name === name;
  switch (kind) {
    case 'ReplicaSet':
      return observed.replicaSets.find(named);
    case 'Service':
      return namedServices(observed).includes(name) && stoodBefore(observed, kind, name)
        ? observed.services.find(named)
        : undefined;
    case 'HTTPRoute':
      return canaryTrafficOf(observed)?.route?.generate === undefined ? undefined : observed.routes.find(named);
    default:
      return undefined;
  }
}

/** One that is left as it is stands no more, and is known by its repairs. */
function stoodBefore({ object: { status }, memory }: DeploymentObserved, kind: string, name: string): boolean {
  if (repairedBefore(memory.drift ?? [], { kind, name }) !== undefined) return true;
  if (kind === 'ControllerRevision') return status?.plan?.name === name;
  if (IDENTITY.has(kind)) return isClaimed(status?.conditions ?? []);
  return status?.children?.includes(childName(kind, name)) ?? false;
}

const IDENTITY: ReadonlySet<string> = new Set(['ServiceAccount', 'RoleBinding']);

const isClaimed = (conditions: readonly Condition[]): boolean =>
  conditions.some(({ type, status }) => type === conditionTypes.identityClaimed && status === 'True');

/** A ReplicaSet is created without pods and scaled once its copies stand. */
function copyLost(
  { replicaSets, config }: DeploymentObserved,
  { kind, source, digest, owner }: ActionOf<'copy-config'>,
) {
  const copy = config.copies.find((one) => one.kind === kind && one.name === source && one.digest === digest);
  const size = replicaSets.find(({ metadata }) => metadata.uid === owner.uid)?.spec.replicas ?? 0;
  return copy?.sight.state === 'absent' && size > 0;
}

/** In a namespace without a Tenant; elsewhere the Tenant tells who moved its walls. */
function identityDrift(observed: DeploymentObserved, intent: KubeObject): Drift | undefined {
  const { serviceAccount, roleBindings } = observed;
  const { kind, metadata } = intent;
  if (!stoodBefore(observed, kind, metadata.name)) return undefined;
  const found = [serviceAccount, ...roleBindings].find(
    (one) => one?.kind === kind && one.metadata.name === metadata.name,
  );
  if (found === undefined) return { kind, name: metadata.name };
  const [edit = { field: 'subjects' }] = editsOf(found);
  return covers(found, intent) ? undefined : { kind, name: metadata.name, ...edit };
}
