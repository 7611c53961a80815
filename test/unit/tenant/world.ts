/** A cluster just large enough for the tenant room: it performs what steps decide, and enforces quotas when told to. */
import type { Tenant, TenantSpec } from '../../../operator/api/generated/tenant.ts';
import { labels } from '../../../operator/api/names.ts';
import type { KubeObject } from '../../../operator/api/objects.ts';
import { absorb } from '../../../operator/controllers/tenant/absorb.ts';
import { tenant as room } from '../../../operator/controllers/tenant/index.ts';
import {
  guardrailKey,
  type Namespace,
  type ObservedTenant,
  type ResourceQuota,
} from '../../../operator/controllers/tenant/observed.ts';
import type { Action, Effect } from '../../../operator/core/action.ts';
import type { Decision } from '../../../operator/core/decision.ts';
import type { Verdict } from '../../../operator/core/gate-input.ts';
import type { Laws } from '../../../operator/core/laws.ts';
import { plan } from '../../../operator/core/plan.ts';
import type { Trail, Turn } from '../../../operator/core/trail.ts';
import { withIntentHash } from '../../../operator/core/with-intent-hash.ts';

export const laws: Laws = {
  now: 0,
  epoch: 1,
  settings: { untenanted: 'Serve', podSecurityVersion: 'v1.36' },
};

const allowed: Omit<Verdict, 'step'> = {
  decisionId: 'd-1',
  allowed: true,
  outcome: 'allow',
  reasons: [],
  warnings: [],
  bundle: 'b-1',
};

export const owners = [{ kind: 'Group', name: 'acme-admins' }] as const;

export function acme(spec: Partial<TenantSpec> = {}, metadata: Partial<Tenant['metadata']> = {}): Tenant {
  return {
    apiVersion: 'code-engine.dev/v1alpha1',
    kind: 'Tenant',
    metadata: { name: 'acme', uid: 'tenant-1', generation: 1, ...metadata },
    spec: { owners, ...spec },
  };
}

export function namespaceNamed(
  name: string,
  tenant: string | undefined,
  more: Partial<Namespace['metadata']> = {},
): Namespace {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      uid: `uid-${name}`,
      resourceVersion: '1',
      labels: tenant === undefined ? {} : { [labels.tenant]: tenant },
      ...more,
    },
  };
}

export function observed(
  object: Tenant,
  namespaces: readonly Namespace[] = [],
  guardrails: readonly KubeObject[] = [],
): ObservedTenant {
  return { object, namespaces, guardrails: byKey(guardrails), going: [] };
}

const byKey = (objects: readonly KubeObject[]) =>
  new Map(objects.map((each) => [guardrailKey(each.kind, each.metadata.namespace ?? '', each.metadata.name), each]));

/** What one turn came to. */
export interface Pass {
  readonly known: ObservedTenant;
  readonly actions: readonly Action[];
  readonly decision: Decision;
  readonly trail: Trail;
}

/** Turns until a step no longer acts. `seen` is called after every single action. */
export function pass(start: ObservedTenant, seen: (known: ObservedTenant) => void = () => undefined): Pass {
  const steps = start.object.metadata.deletionTimestamp === undefined ? room.steps : room.teardown;
  const actions: Action[] = [];
  const turns: Turn[] = [];
  let known = start;
  for (let turn = 0; turn < 64; turn += 1) {
    const standing = plan(steps, known, laws);
    const last = standing.at(-1);
    if (last === undefined) throw new Error('a room without steps');
    const { decision, step } = last;
    if (decision.kind !== 'act') return { known, actions, decision, trail: { turns, standing } };
    turns.push({ step, decision, verdict: { ...allowed, step }, effects: [] });
    for (const action of decision.actions) {
      actions.push(action);
      known = absorb(known, [perform(known, action)]);
      seen(known);
    }
  }
  throw new Error('the room still acts after 64 turns');
}

function perform(known: ObservedTenant, action: Action): Effect {
  switch (action.type) {
    case 'create-object':
      return { action, outcome: { object: stored(action.object, undefined), adopted: false } };
    case 'apply-object': {
      const { kind, metadata } = action.object;
      const live =
        kind === 'Namespace'
          ? known.namespaces.find((each) => each.metadata.name === metadata.name)
          : known.guardrails.get(guardrailKey(kind, metadata.namespace ?? '', metadata.name));
      return { action, outcome: { object: stored(withIntentHash(action.object), live), written: true } };
    }
    case 'patch-object':
      return { action, outcome: { object: namespaceNamed(action.target.name, undefined) } };
    case 'delete-object':
      return { action, outcome: {} };
    default:
      throw new Error(`the tenant room never decides ${action.type}`);
  }
}

function stored(object: KubeObject, live: KubeObject | undefined): KubeObject {
  const { uid = `uid-${object.metadata.name}`, creationTimestamp } = live?.metadata ?? {};
  const status = live === undefined || !('status' in live) ? {} : { status: live.status };
  const born = creationTimestamp === undefined ? {} : { creationTimestamp };
  const metadata = { ...object.metadata, uid, ...born };
  return { ...object, metadata, ...status } as KubeObject; // border: the API server's answer
}

/** What the quota controller does: what is asked becomes what is enforced, in the quotas that are named. */
export function enforced(
  known: ObservedTenant,
  chosen: (quota: ResourceQuota) => boolean = () => true,
): ObservedTenant {
  const guardrails = [...known.guardrails.values()].map((each) => {
    if (each.kind !== 'ResourceQuota') return each;
    const quota = each as ResourceQuota; // border: the kind says so
    return chosen(quota) ? { ...quota, status: { ...quota.status, hard: quota.spec?.hard ?? {} } } : quota;
  });
  return { ...known, guardrails: byKey(guardrails) };
}

/** Passes, with the quota controller at work between them, until nothing is left to do. */
export function settle(start: ObservedTenant): Pass {
  let last = pass(start);
  const actions = [...last.actions];
  while (last.decision.reason === 'QuotaSettling') {
    last = pass(enforced(last.known));
    actions.push(...last.actions);
  }
  return { ...last, actions };
}

/** `apply-object RoleBinding acme-prod/code-tenant-owner` */
export function told(actions: readonly Action[]): readonly string[] {
  return actions.map((action) => {
    if ('object' in action) return `${action.type} ${action.object.kind} ${path(action.object.metadata)}`;
    return 'target' in action ? `${action.type} ${action.target.resource} ${path(action.target)}` : action.type;
  });
}

const path = ({ namespace, name }: { readonly namespace?: string; readonly name: string }): string =>
  namespace === undefined ? name : `${namespace}/${name}`;
