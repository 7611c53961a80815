import type { KubeObject } from '../../api/objects.ts';
import { keyOf } from '../../api/resources.ts';
import type { Effect } from '../../core/action.ts';
import { guardrailKey, type Namespace, type ObservedTenant } from './observed.ts';

/** What was written is what is known; what was deleted is gone, or on its way. */
export function absorb(observed: ObservedTenant, effects: readonly Effect[]): ObservedTenant {
  return effects.reduce(learn, observed);
}

function learn(observed: ObservedTenant, { action, outcome }: Effect): ObservedTenant {
  if (action.type === 'delete-object') {
    if (action.target.resource === 'Namespace') return { ...observed, going: [...observed.going, action.uid] };
    const guardrails = new Map(observed.guardrails);
    const { resource, namespace = '', name } = action.target;
    guardrails.delete(guardrailKey(resource, namespace, name));
    return { ...observed, guardrails };
  }
  if (!('object' in outcome)) return observed;
  return outcome.object.kind === 'Namespace'
    ? withNamespace(observed, outcome.object as Namespace) // border: the kind says so
    : withGuardrail(observed, outcome.object);
}

function withNamespace(observed: ObservedTenant, namespace: Namespace): ObservedTenant {
  const others = observed.namespaces.filter(({ metadata }) => keyOf(metadata) !== keyOf(namespace.metadata));
  return { ...observed, namespaces: [...others, namespace] };
}

function withGuardrail(observed: ObservedTenant, object: KubeObject): ObservedTenant {
  const { namespace = '', name } = object.metadata;
  return {
    ...observed,
    guardrails: new Map(observed.guardrails).set(guardrailKey(object.kind, namespace, name), object),
  };
}
