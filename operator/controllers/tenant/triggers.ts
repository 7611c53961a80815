import type { Trigger } from '../../core/room.ts';
import { guardrailKinds } from './build/guardrail-kinds.ts';
import { tenantOf } from './observed.ts';

/** Namespaces and guardrail objects carry the label of the Tenant that they wake. */
export const triggers: readonly Trigger[] = (['Namespace', ...guardrailKinds] as const).map((resource) => ({
  resource,
  keys: (object) => {
    const name = tenantOf(object);
    return name === undefined ? [] : [{ name }];
  },
}));
