import type { Deployment, DeploymentStatus } from '../../../api/generated/deployment.ts';
import { annotations } from '../../../api/names.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import { shortHash } from '../../../core/hash.ts';
import type { ConfigSource } from '../config/config-source.ts';
import { isOwed } from '../tools/is-owed.ts';
import { withSuperseded } from '../tools/with-superseded.ts';
import { directSpec } from './direct-spec.ts';
import { frozenConfig } from './frozen-config.ts';
import { type FrozenPlan, planOf } from './frozen-plan.ts';
import { isInRollbackWindow } from './rollback-window.ts';

/** One attempt to carry out one plan. */
export interface Delivery {
  /** Hash of object, plan, retry token and last promotion: a version that comes back later is delivered anew. */
  readonly id: string;
  readonly plan: FrozenPlan;
  /** True while the spec's rules differ from the frozen ones but its template does not: they wait for the next delivery. */
  readonly rulesWait: boolean;
  /** True in the passes before the retry token that started this attempt is echoed in status. */
  readonly retried: boolean;
  /** The last delivery of this object that was superseded with calls to take back; those are called again under other keys only. */
  readonly after?: string;
}

/** The delivery that stands: what the spec asks for, unless only its rules changed while a delivery obeys older ones. */
export function deliveryOf(
  object: Deployment,
  frozen: FrozenPlan | undefined,
  sources: readonly ConfigSource[] = [],
  now: Milliseconds = 0,
): Delivery {
  const status = object.status ?? {};
  const token = object.metadata.annotations?.[annotations.retry];
  const handled = status.handled?.retry;
  const retried = token !== undefined && token !== handled;
  const { template } = object.spec;
  const config = frozenConfig(template, sources, retried ? undefined : frozen);
  const usual = planOf(object.spec, config);
  const direct = object.spec.rollback?.window && planOf(directSpec(object.spec), config, { direct: true });
  const wanted = isInRollbackWindow(object.spec, usual.revision, status, now) ? (direct ?? usual) : usual;
  // A delivery that went straight back stays what it is, however long ago that is by now.
  const same = frozen !== undefined && [usual.hash, direct?.hash].includes(frozen.hash);
  const keeps = frozen !== undefined && !retried && (same || obeys(frozen, wanted, status));
  const plan = keeps ? frozen : wanted;
  const since = status.revisions?.previous?.[0]?.at ?? '';
  const stands = status.plan?.hash === plan.hash && !retried;
  const after = stands ? status.plan?.after : supersededBefore(object, frozen);
  const told = after === undefined ? {} : { after };
  const fresh = { uid: object.metadata.uid ?? '', plan: plan.hash, retry: token ?? handled ?? '', since, ...told };
  return {
    id: stands ? (status.plan?.delivery ?? '') : shortHash(fresh),
    plan,
    rulesWait: keeps && !same,
    retried,
    ...told,
  };
}

/** A delivery that begins takes back what the one before it called, if that never ended. */
function supersededBefore(object: Deployment, frozen: FrozenPlan | undefined): string | undefined {
  const { plan } = object.status ?? {};
  const calls = withSuperseded(object, frozen);
  return calls.some((call) => isOwed(calls, call)) ? plan?.delivery : plan?.after;
}

/** A delivery under way, or one that is serving, goes by the rules it began with; one that failed takes the new ones. */
function obeys(frozen: FrozenPlan, wanted: FrozenPlan, status: DeploymentStatus): boolean {
  if (frozen.revision !== wanted.revision) return false;
  const failed = status.steps?.some(({ state }) => state === 'Failed') ?? false;
  const rejected = status.revisions?.rejected?.some(({ plan }) => plan === frozen.hash) ?? false;
  return !(failed || rejected);
}
