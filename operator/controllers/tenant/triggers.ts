import type { KubeObject } from '../../api/objects.ts';
import { covers } from '../../core/covers.ts';
import type { Milliseconds } from '../../core/decision.ts';
import type { Trigger } from '../../core/room.ts';
import { type ResourceQuota, tenantOf } from './observed.ts';

/** Every pod that comes or goes moves what its quota counts: status follows that at a walk. */
const FIGURES_AFTER: Milliseconds = 2_000;

/** Namespaces and guardrail objects carry the label of the Tenant that they wake. */
export const triggers: readonly Trigger[] = [
  ...(['Namespace', 'NetworkPolicy', 'LimitRange', 'ServiceAccount', 'RoleBinding'] as const).map((resource) => ({
    resource,
    keys: tenantKeys,
  })),
  { resource: 'ResourceQuota', keys: (object) => (isEnforced(object) ? [] : tenantKeys(object)) },
  { resource: 'ResourceQuota', after: FIGURES_AFTER, keys: tenantKeys },
];

function tenantKeys(object: KubeObject): readonly { readonly name: string }[] {
  const name = tenantOf(object);
  return name === undefined ? [] : [{ name }];
}

/** Both states of an update are asked, so what begins or ends to be enforced wakes at once. */
function isEnforced(object: KubeObject): boolean {
  const { spec, status } = object as ResourceQuota; // border: the trigger is on ResourceQuotas only
  return covers({ hard: status?.hard }, { hard: spec?.hard });
}
