import type { Action } from '../../../core/action.ts';
import { timestamp } from '../../../core/conditions.ts';
import { act, type Decision, done, type Milliseconds, stuck, wait } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import { plain } from '../../../core/merge-patch.ts';
import type { Step } from '../../../core/room.ts';
import { ownerReference } from '../build/owner-reference.ts';
import type { Pod, ReplicaSet } from '../cluster-objects.ts';
import { type DeploymentObserved, isRollingOut, isServing, replicasWanted, tenantIdentity } from '../observed.ts';
import { REJECTING, record } from '../records.ts';
import { actionsOf } from '../rollout/actions-of.ts';
import { ownPods } from '../rollout/own-pods.ts';
import { planMoves } from '../rollout/plan-moves.ts';
import { overdueTrouble, podTrouble } from '../rollout/pod-trouble.ts';
import { lastProgress } from '../rollout/progress.ts';
import { countPods, progressedAt, toldCounts } from '../rollout/told-counts.ts';
import { worldOf } from '../rollout/world-of.ts';

/** Do N pods of the desired revision stand alone? The planner moves, the deadline refuses. */
export const rollOut: Step<DeploymentObserved> = {
  name: 'roll-out',
  condition: 'RolledOut',
  decide(observed, laws) {
    const { plan } = observed.delivery;
    if (observed.orphan !== undefined) return adopt(observed, observed.orphan);
    const intents = planMoves(worldOf(observed, plan.revision, laws.now));
    if (intents.length === 0) return done('RolledOut', `revision ${plan.revision} runs with ${podsOf(observed)}`);
    const actions = actionsOf(intents, observed, plan);
    return isServing(observed) ? keepSize(observed, actions, laws) : advance(observed, actions, laws);
  },
};

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
function advance(observed: DeploymentObserved, moves: readonly Action[], laws: Laws): Decision {
  const { plan } = observed.delivery;
  const { own, replicaSet } = ownPods(observed);
  const begun = isRollingOut(observed);
  const deadline = begun ? deadlineOf(observed, own, laws.now) : Number.POSITIVE_INFINITY;
  if (laws.now >= deadline) {
    const { reason, message } = overdueTrouble(replicaSet, own);
    const rejected = {
      hash: plan.revision,
      plan: plan.hash,
      reason,
      message: message.slice(0, 512),
      at: timestamp(laws.now),
    };
    return {
      ...act(
        REJECTING,
        `revision ${plan.revision} made no progress for ${plan.progressDeadlineSeconds} s: ${message}`,
        record({ kind: 'rejection', step: 'roll-out', rejected }),
      ),
      ready: 'False',
    };
  }
  const told = toldCounts(observed, laws.now);
  const trouble = podTrouble(replicaSet, own);
  const { updatedReplicas, availableReplicas } = told.counts;
  const pods = `${updatedReplicas} of ${replicasWanted(observed)} pods updated, ${availableReplicas} available`;
  const reason = trouble?.reason ?? 'RollingOut';
  const message = `rolling out revision ${plan.revision}: ${pods}${trouble === undefined ? '' : `; ${trouble.message}`}`;
  const start = begun ? [] : [record({ kind: 'roll-out-started', at: timestamp(laws.now) })];
  // The start is remembered with the first move, in the status write that tells of it.
  const [first, ...rest] = [...moves, ...start];
  return first === undefined
    ? wait(reason, message, Math.min(deadline, told.until ?? deadline))
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
    const trouble = podTrouble(replicaSet, own);
    const cause = trouble === undefined ? '' : `; ${trouble.message}`;
    return wait(trouble?.reason ?? 'PodsUnavailable', `${message}${cause}`, deadline);
  }
  const { reason, message: cause } = overdueTrouble(replicaSet, own);
  const overdue = `${message}, for ${plan.progressDeadlineSeconds} s: ${cause}`;
  return stuck(reason, `${overdue}; mend the cause, it recovers by itself`);
}

function deadlineOf({ memory, delivery }: DeploymentObserved, own: readonly Pod[], now: Milliseconds): Milliseconds {
  const step = memory.steps?.find(({ name }) => name === 'roll-out');
  const length = delivery.plan.progressDeadlineSeconds * 1000;
  // A suspend stops the clock: it starts again when the suspend ends.
  const startedAt = step?.cause === 'Suspended' ? now : Date.parse(step?.startedAt ?? '') || now;
  return lastProgress(startedAt, own, length) + length;
}

function podsOf(observed: DeploymentObserved): string {
  return `${countPods(observed).availableReplicas} of ${replicasWanted(observed)} pods available`;
}
