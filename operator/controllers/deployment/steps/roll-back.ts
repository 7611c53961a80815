import type { RejectedRevision } from '../../../api/generated/deployment.ts';
import { annotations } from '../../../api/names.ts';
import type { Action } from '../../../core/action.ts';
import { timestamp } from '../../../core/conditions.ts';
import { act, type Decision, done, stuck, wait } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import type { Step } from '../../../core/room.ts';
import { unwantedJobs } from '../analysis/jobs/unwanted-jobs.ts';
import { unwantedQuestions } from '../approval/unwanted-questions.ts';
import { heldTooLong } from '../delivery/held-too-long.ts';
import { reject } from '../delivery/reject.ts';
import { isCleared } from '../is-cleared.ts';
import {
  type DeploymentObserved,
  isRollingOut,
  isServing,
  planOfRevision,
  rejectionOf,
  replicasWanted,
  servedBefore,
} from '../observed.ts';
import { REJECTING, record } from '../records.ts';
import { superfluous } from '../retention.ts';
import { actionsOf } from '../rollout/actions-of.ts';
import { baselineKey } from '../rollout/baseline-key.ts';
import { isBaseline } from '../rollout/is-baseline.ts';
import { planMoves } from '../rollout/plan-moves.ts';
import { revisionOf } from '../rollout/revision-of.ts';
import { countPods, progressedAt } from '../rollout/told-counts.ts';
import { available } from '../rollout/world.ts';
import { worldOf } from '../rollout/world-of.ts';
import { callsHere } from '../tools/calls-here.ts';
import { goOn, nextCall } from '../tools/next-call.ts';
import { nextSupersededUndo, nextUndo, toldSupersededUndos, toldUndos } from '../tools/undos.ts';
import { directTraffic } from '../traffic/direct-traffic.ts';
import { inForce } from '../traffic/in-force.ts';
import { keptRejected } from '../traffic/stand-by.ts';

const NEXT = 'change the template, or set the annotation code-engine.dev/retry to a new value to try it again';

/**
 * Has what serves all it should have? It is asked first, so that nothing that comes later keeps a bad revision alive: a
 * rejected one goes to 0, a superseded one shrinks, and what serves follows N while another delivery is not rolling out.
 */
export const rollBack: Step<DeploymentObserved> = {
  name: 'roll-back',
  condition: 'Restored',
  safety: true,
  decide(observed, laws) {
    const decision = restore(observed, laws);
    // What serves comes first: no Job or question that cannot be ended keeps it from coming back.
    return decision.kind === 'act' ? decision : (cancel(observed) ?? decision);
  },
};

function restore(observed: DeploymentObserved, laws: Laws): Decision {
  if (isAborted(observed)) return abort(observed, laws);
  const held = heldTooLong(observed, laws);
  if (held !== undefined) return reject(observed, laws, held);
  const rejection = rejectionOf(observed);
  const serving = observed.memory.revisions?.serving;
  if (rejection !== undefined) {
    return serving === undefined || isServing(observed)
      ? failed(observed, rejection, laws)
      : goBack(observed, rejection, serving, laws);
  }
  const moves = serving === undefined || isRollingOut(observed) ? undefined : stand(observed, serving, laws);
  return moves ?? nextSupersededUndo(observed, laws) ?? nothing(observed);
}

function cancel(observed: DeploymentObserved): Decision | undefined {
  const [first, ...rest] = unwantedJobs(observed);
  if (first !== undefined) return act('Cancelling', 'deleting Jobs that nobody waits for any more', first, ...rest);
  const [question, ...others] = unwantedQuestions(observed);
  return question && act('Withdrawing', 'people are asked only what still matters', question, ...others);
}

function nothing(observed: DeploymentObserved): Decision {
  return done('NothingToRestore', `nothing that serves has to be brought back${toldSupersededUndos(observed)}`);
}

/** No other revision has pods while nothing rolls out, and what serves has N. */
function stand(observed: DeploymentObserved, serving: string, laws: Laws): Decision | undefined {
  const others = observed.replicaSets
    .filter((one) => revisionOf(one) !== serving && ((one.spec.replicas ?? 1) > 0 || isBaseline(one)))
    .map(revisionOf);
  // Alone and desired, it is the roll-out's to keep at N.
  if (isServing(observed) && others.length === 0) return undefined;
  const { plan, id } = observed.delivery;
  const own = [plan.revision, baselineKey(id)];
  if (others.includes(plan.revision) && others.every((hash) => own.includes(hash)) && isCleared(observed, laws))
    return undefined;
  const [first, ...rest] = movesTo(serving, observed, laws)?.actions ?? [];
  if (first === undefined) return undefined;
  return act('Restoring', `bringing revision ${serving} back to ${replicasWanted(observed)} pods`, first, ...rest);
}

/** A rejected delivery with something to go back to. */
function goBack(observed: DeploymentObserved, rejection: RejectedRevision, serving: string, laws: Laws): Decision {
  const moves = movesTo(serving, observed, laws);
  if (moves === undefined) {
    const lost = `revision ${serving} cannot be restored: its ReplicaSet and its plan are gone`;
    return stuck('ServingPlanMissing', `${lost}; ${causeOf(rejection)}; ${NEXT}`);
  }
  const [first, ...rest] = moves.actions;
  const message = `going back to revision ${serving}: ${causeOf(rejection)}`;
  if (first !== undefined) return { ...act('RollingBack', message, first, ...rest), ready: 'False' };
  if (!moves.settled) {
    const awaited = moves.awaited === undefined ? '' : `; ${moves.awaited}`;
    return waitForServing(observed, rejection, serving, `${message}${awaited}`, laws);
  }
  const kept = keptRejected(observed, laws.now);
  if (kept !== undefined && kept.until < Number.POSITIVE_INFINITY) {
    const stands = `${message}; all traffic is back, its pods go at ${timestamp(kept.until)}`;
    return { ...wait('RollingBack', stands, kept.until), ready: 'False' };
  }
  return (
    afterwards(observed, laws) ??
    stuck(
      'RolledBack',
      `rolled back to revision ${serving} (${podsOf(observed)}): ${causeOf(rejection)}${toldUndos(observed)}${toldSupersededUndos(observed)}; ${NEXT}`,
    )
  );
}

/** The moves towards what serves; `undefined` where it is gone and nothing says how to build it. */
function movesTo(
  serving: string,
  observed: DeploymentObserved,
  laws: Laws,
): { readonly actions: readonly Action[]; readonly settled: boolean; readonly awaited?: string } | undefined {
  const world = worldOf(observed, serving, laws.now);
  const plan = planOfRevision(observed.plans, serving);
  if (plan === undefined && !world.revisions.some(({ role }) => role === 'target')) return undefined;
  const intents = planMoves(world);
  const traffic = directTraffic(observed, serving);
  const elsewhere = [...inForce(observed)].some((hash) => hash !== serving);
  const late = intents.find((intent) => intent.kind === 'wait' && intent.reason !== undefined);
  return {
    actions: [...traffic, ...actionsOf(intents, observed)],
    settled: traffic.length + intents.length === 0 && !elsewhere,
    ...(late === undefined ? {} : { awaited: late.why }),
  };
}

function waitForServing(
  observed: DeploymentObserved,
  rejection: RejectedRevision,
  serving: string,
  message: string,
  laws: Laws,
): Decision {
  const moved = Math.max(Date.parse(rejection.at), progressedAt(observed, laws.now) ?? 0);
  const deadline = moved + observed.delivery.plan.progressDeadlineSeconds * 1000;
  if (laws.now < deadline) return { ...wait('RollingBack', message, deadline), ready: 'False' };
  const { revisions } = worldOf(observed, serving, laws.now);
  const ready = available(revisions.filter(({ hash }) => hash === serving));
  const has = `it has only ${ready} of ${replicasWanted(observed)} pods available`;
  return stuck('RollbackIncomplete', `${message}; ${has}: mend its pods, or ${NEXT}`);
}

/** A failed delivery without anything to go back to keeps its pods: they may serve a little, and tell what is wrong. */
function failed(observed: DeploymentObserved, rejection: RejectedRevision, laws: Laws): Decision {
  const reason = isServing(observed) ? 'DeliveryFailed' : 'FirstDeliveryFailed';
  const kept = `nothing else can serve, so its pods are kept (${podsOf(observed)})`;
  return (
    afterwards(observed, laws) ??
    stuck(reason, `${causeOf(rejection)}${toldUndos(observed)}${toldSupersededUndos(observed)}; ${kept}; ${NEXT}`)
  );
}

function causeOf({ hash, reason, message }: RejectedRevision): string {
  return `revision ${hash} was rejected (${reason})${message === undefined ? '' : `: ${message}`}`;
}

function afterwards(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  const calls = failedHere(observed) ? observed.delivery.plan.tools.onRollback : [];
  const undo = failedHere(observed) ? nextUndo(observed, laws) : undefined;
  const call = undo ?? nextCall(observed, laws, 'roll-back', calls, goOn) ?? nextSupersededUndo(observed, laws);
  if (call !== undefined) return call;
  const [first, ...rest] = superfluous(observed);
  return first && act('Pruning', 'deleting what is beyond spec.revisionHistoryLimit', first, ...rest);
}

/** True for the delivery that had effects and failed, not for one that re-applies what was rejected before. */
export function failedHere(observed: DeploymentObserved): boolean {
  const { memory } = observed;
  const rolledOut = memory.steps?.some(({ name, attempt = 0 }) => name === 'roll-out' && attempt > 0) ?? false;
  const failed = memory.steps?.some(({ name, state }) => name !== 'roll-back' && state === 'Failed') ?? false;
  return failed && (rolledOut || callsHere(observed, 'prepare').length > 0);
}

/** The token counts for a delivery under way that an earlier pass began, and at rest where one served before that can be restored. */
export function isAborted(observed: DeploymentObserved): boolean {
  const { object, memory, delivery } = observed;
  const token = object.metadata.annotations?.[annotations.abort];
  const begun = memory.plan?.delivery === delivery.id;
  const underWay = begun && !isServing(observed) && rejectionOf(observed) === undefined;
  if (token === undefined || token === memory.handled?.abort) return false;
  return underWay || servedBefore(observed) !== undefined;
}

function abort(observed: DeploymentObserved, laws: Laws): Decision {
  const { object, memory, delivery } = observed;
  const { plan } = delivery;
  const serving = servedBefore(observed);
  const atWork = memory.steps?.find(({ state }) => state === 'Running' || state === 'Waiting')?.name ?? 'validate';
  const step = serving === undefined ? atWork : 'promote';
  const message = 'aborted by the annotation code-engine.dev/abort';
  const rejected = { hash: plan.revision, plan: plan.hash, reason: 'Aborted', message, at: timestamp(laws.now) };
  const token = object.metadata.annotations?.[annotations.abort] ?? '';
  return {
    ...act(
      REJECTING,
      `revision ${plan.revision} is ${message}`,
      record({ kind: 'rejection', step, rejected, abort: token, ...(serving === undefined ? {} : { serving }) }),
    ),
    ready: 'False',
  };
}

function podsOf(observed: DeploymentObserved): string {
  return `${countPods(observed).availableReplicas} of ${replicasWanted(observed)} pods available`;
}
