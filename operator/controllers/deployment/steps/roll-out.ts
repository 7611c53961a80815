import type { Action } from '../../../core/action.ts';
import { timestamp } from '../../../core/conditions.ts';
import { act, type Decision, done, type Milliseconds, stuck, wait } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import { plain } from '../../../core/merge-patch.ts';
import type { Step } from '../../../core/room.ts';
import { untilNextLook, watch } from '../analysis/watch.ts';
import { ownerReference } from '../build/owner-reference.ts';
import type { Pod, ReplicaSet } from '../cluster-objects.ts';
import { reject } from '../delivery/reject.ts';
import { contestOf } from '../drift/contest-of.ts';
import { type DeploymentObserved, isRollingOut, isServing, replicasWanted, tenantIdentity } from '../observed.ts';
import { abortWithGroup } from '../order/wait-for-group.ts';
import { record } from '../records.ts';
import { actionsOf } from '../rollout/actions-of.ts';
import { awaitedTrouble, overdueAwaited } from '../rollout/awaited-trouble.ts';
import { failingProbe } from '../rollout/failing-probe.ts';
import { goalsOf } from '../rollout/goals-of.ts';
import { ownPods } from '../rollout/own-pods.ts';
import { planMoves } from '../rollout/plan-moves.ts';
import { overdueTrouble, podTrouble } from '../rollout/pod-trouble.ts';
import { lastProgress } from '../rollout/progress.ts';
import { availableHere, progressedAt, toldCounts } from '../rollout/told-counts.ts';
import type { Intent } from '../rollout/world.ts';
import { worldOf } from '../rollout/world-of.ts';
import { carryOut } from '../strategy/carry-out.ts';
import { placeOf } from '../strategy/place.ts';
import { isPromotable, skipAhead } from '../strategy/promote-token.ts';
import { movesPods } from '../strategy/steps-of.ts';
import { told } from '../strategy/told.ts';
import { directTraffic } from '../traffic/direct-traffic.ts';
import { routeContest } from '../traffic/route-contest.ts';
import { standBy } from '../traffic/stand-by.ts';

/**
 * Does the desired revision stand alone with N pods, by way of every step of its strategy? The planner moves, steps hold,
 * the deadline refuses.
 */
export const rollOut: Step<DeploymentObserved> = {
  name: 'roll-out',
  condition: 'RolledOut',
  decide(observed, laws) {
    const { plan } = observed.delivery;
    if (observed.orphan !== undefined) return adopt(observed, observed.orphan);
    const contest = isRollingOut(observed) ? routeContest(observed, laws.now) : undefined;
    if (contest !== undefined) return reject(observed, laws, { reason: 'RouteContested', message: contest });
    const aborted = abortWithGroup(observed, laws);
    if (aborted !== undefined) return aborted;
    if (isPromotable(observed)) return skipAhead(observed, laws);
    const measured = watch(observed, laws);
    if (measured !== undefined) return measured;
    const { serving } = observed.memory.revisions ?? {};
    const [traffic, ...more] = hasSwitched(observed) ? [] : directTraffic(observed, serving);
    if (traffic !== undefined) return act('DirectingTraffic', 'sending traffic to what serves', traffic, ...more);
    const intents = planMoves(worldOf(observed, plan.revision, laws.now));
    const actions = actionsOf(intents, observed);
    if (!isServing(observed)) {
      const open =
        intents.length === 0
          ? (keepConfig(actions) ?? onward(observed, laws))
          : advance(observed, intents, actions, laws);
      if (open !== undefined) return untilNextLook(observed, open);
    } else if (actions.length > 0 || availableHere(observed) < replicasWanted(observed)) {
      return untilNextLook(observed, keepSize(observed, actions, laws));
    }
    return converging(observed, intents, laws) ?? rolledOut(observed, laws);
  },
};

/** The active Service goes over before the promotion: until then it is not what serves that it belongs to. */
function hasSwitched(observed: DeploymentObserved): boolean {
  return isRollingOut(observed) && placeOf(observed).kind === 'switch';
}

/** Promoted, and its pods stand: the Services and the route are still on their way to it. */
function converging(observed: DeploymentObserved, intents: readonly Intent[], laws: Laws): Decision | undefined {
  const late = trafficAwaited(intents);
  if (late === undefined) return undefined;
  const { plan } = observed.delivery;
  const message = `revision ${plan.revision} serves with ${podsOf(observed)}; ${late.why}`;
  const deadline = (progressedAt(observed, laws.now) ?? laws.now) + plan.progressDeadlineSeconds * 1000;
  return laws.now < deadline
    ? wait(late.reason, message, deadline)
    : stuck('TrafficNotInForce', `${message}; mend the cause, it recovers by itself`);
}

function trafficAwaited(intents: readonly Intent[]): { readonly reason: string; readonly why: string } | undefined {
  const late = intents.find((intent) => intent.kind === 'wait' && intent.reason !== undefined);
  return late?.kind === 'wait' && late.reason !== undefined ? { reason: late.reason, why: late.why } : undefined;
}

function rolledOut(observed: DeploymentObserved, laws: Laws): Decision {
  const { revision } = observed.delivery.plan;
  const stays = standBy(observed, revision, laws.now);
  const beside =
    stays === undefined
      ? ''
      : `; ${stays.revisions.join(', ')} stands by until ${timestamp(stays.until)}, the annotation code-engine.dev/abort goes back to it`;
  return done('RolledOut', `revision ${revision} runs with ${podsOf(observed)}${beside}`, stays?.until);
}

/** Without a move to make, what is left to do are copies that somebody deleted. */
function keepConfig([first, ...rest]: readonly Action[]): Decision | undefined {
  return first && act('KeepingConfig', 'making copies of config again that are gone', first, ...rest);
}

/** The pods of the strategy step at work stand. */
function onward(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  const { plan } = observed.delivery;
  if (plan.strategy === undefined || isRollingOut(observed)) return carryOut(observed, laws);
  return act('RollingOut', `rolling out revision ${plan.revision}`, started(laws));
}

/** Its pods run already: it is taken over as it stands. */
function adopt({ object, namespace }: DeploymentObserved, { metadata }: ReplicaSet): Decision {
  return act('Adopting', `taking over ReplicaSet ${metadata.name}, which nobody owns`, {
    type: 'patch-object',
    target: { resource: 'ReplicaSet', namespace, name: metadata.name },
    resourceVersion: metadata.resourceVersion ?? '',
    patch: plain({ metadata: { ownerReferences: [ownerReference(object)] } }),
    as: tenantIdentity({ namespace }),
  });
}

/** On the way to a revision that does not serve yet. */
function advance(
  observed: DeploymentObserved,
  intents: readonly Intent[],
  moves: readonly Action[],
  laws: Laws,
): Decision {
  const { plan } = observed.delivery;
  const { own } = ownPods(observed);
  const begun = isRollingOut(observed);
  const deadline = begun ? deadlineOf(observed, own, laws.now) : Number.POSITIVE_INFINITY;
  const late = trafficAwaited(intents);
  if (laws.now >= deadline) {
    const cause =
      contestOf(observed) ??
      (late === undefined ? overdueAwaited(observed) : { reason: 'TrafficNotInForce', message: late.why });
    const told = `revision ${plan.revision} made no progress for ${plan.progressDeadlineSeconds} s: ${cause.message}`;
    return reject(observed, laws, cause, told);
  }
  const { counts, until } = toldCounts(observed, laws.now);
  const trouble = awaitedTrouble(observed, laws.now);
  const { updatedReplicas, availableReplicas } = counts;
  const place = placeOf(observed);
  const wanted = goalsOf(observed, plan.revision, laws.now).pods.get(plan.revision) ?? 0;
  const where = plan.strategy === undefined ? '' : `${told(observed, place)}: `;
  const pods = `${updatedReplicas} of ${wanted} pods updated, ${availableReplicas} available`;
  const reason = trouble?.reason ?? late?.reason ?? 'RollingOut';
  const cause = trouble?.message ?? late?.why;
  const message = `${where}rolling out revision ${plan.revision}: ${pods}${cause === undefined ? '' : `; ${cause}`}`;
  // What is moved while a step waits has its deadline from here; the start is remembered with the first move, in the status
  // write that tells of it.
  const resized =
    moves.length > 0 && !movesPods(place.kind) ? [record({ kind: 'resized', at: timestamp(laws.now) })] : [];
  const [first, ...rest] = [...moves, ...(begun ? resized : [started(laws)])];
  return first === undefined
    ? wait(reason, message, Math.min(deadline, until ?? deadline, certainLater(observed, laws)))
    : act(reason, message, first, ...rest);
}

/** At rest: sizes follow N and what drifted is mended; nothing is rejected any more. */
function keepSize(observed: DeploymentObserved, moves: readonly Action[], laws: Laws): Decision {
  const { own, replicaSet } = ownPods(observed);
  const { plan } = observed.delivery;
  const message = `revision ${plan.revision} serves with ${podsOf(observed)}`;
  const [first, ...rest] = moves;
  if (first !== undefined) {
    return act('Scaling', message, first, ...rest, record({ kind: 'resized', at: timestamp(laws.now) }));
  }
  const since = progressedAt(observed, laws.now) ?? laws.now;
  const deadline = since + plan.progressDeadlineSeconds * 1000;
  if (laws.now < deadline) {
    const trouble = podTrouble(replicaSet, own, laws.now);
    const cause = trouble === undefined ? '' : `; ${trouble.message}`;
    const until = Math.min(deadline, certainLater(observed, laws));
    return wait(trouble?.reason ?? 'PodsUnavailable', `${message}${cause}`, until);
  }
  const { reason, message: cause } = overdueTrouble(replicaSet, own);
  const overdue = `${message}, for ${plan.progressDeadlineSeconds} s: ${cause}`;
  return stuck(reason, `${overdue}; mend the cause, it recovers by itself`);
}

/** When a probe that does not succeed yet will be a trouble: no event tells of it. */
function certainLater(observed: DeploymentObserved, { now }: Laws): Milliseconds {
  const { own, replicaSet } = ownPods(observed);
  const { certainAt = now } = failingProbe(replicaSet, own) ?? {};
  return certainAt > now ? certainAt : Number.POSITIVE_INFINITY;
}

/** Starts again with each strategy step and each newly available pod; where a step waits, with what it lost meanwhile. */
function deadlineOf(observed: DeploymentObserved, own: readonly Pod[], now: Milliseconds): Milliseconds {
  const { memory, delivery } = observed;
  const step = memory.steps?.find(({ name }) => name === 'roll-out');
  const length = delivery.plan.progressDeadlineSeconds * 1000;
  // A suspend stops the clock: it starts again when the suspend ends.
  const startedAt = step?.cause === 'Suspended' ? now : Date.parse(step?.startedAt ?? '') || now;
  const place = placeOf(observed);
  const progress = lastProgress(Math.max(startedAt, place.startedAt ?? 0), own, length);
  return (movesPods(place.kind) ? progress : Math.max(progress, progressedAt(observed, now) ?? 0)) + length;
}

const started = ({ now }: Laws) => record({ kind: 'roll-out-started', at: timestamp(now) });

function podsOf(observed: DeploymentObserved): string {
  return `${availableHere(observed)} of ${replicasWanted(observed)} pods available`;
}
