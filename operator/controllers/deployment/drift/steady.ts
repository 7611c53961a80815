import { reasons } from '../../../api/conditions.ts';
import type { DriftStatus } from '../../../api/generated/deployment.ts';
import type { Action } from '../../../core/action.ts';
import { timestamp } from '../../../core/conditions.ts';
import { type Decision, type Milliseconds, stuck, wait } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import { type Drift, forgottenAt, leftUntil, repairedBefore } from '../../../core/repairs.ts';
import type { Step } from '../../../core/room.ts';
import { toldContest } from '../../../core/told-drift.ts';
import { reject } from '../delivery/reject.ts';
import { type DeploymentObserved, isRollingOut, rejectionOf } from '../observed.ts';
import { record } from '../records.ts';
import { driftOf } from './drift-of.ts';

type Acting = Extract<Decision, { readonly kind: 'act' }>;
type DeploymentStep = Step<DeploymentObserved>;

interface Move {
  readonly action: Action;
  readonly drift?: Drift;
  /** The child as the ledger has it, where it is left as others made it. */
  readonly left?: DriftStatus;
}

/**
 * The step as it is where others change or delete what it moves: each repair is remembered by the write that makes it, and a
 * child that was put right too often is left for a while. All else goes on.
 */
export function steady(step: DeploymentStep): DeploymentStep {
  return {
    ...step,
    decide(observed, laws) {
      const decision = step.decide(observed, laws);
      if (decision.kind !== 'act') return untilForgotten(observed, decision);
      const moves = decision.actions.map((action): Move => moveOf(observed, step, action, laws.now));
      const left = moves.flatMap((move) => move.left ?? []);
      const [first, ...rest] = performable(moves).flatMap((move) => remembered(move, laws.now));
      return first === undefined
        ? held(observed, step, decision, left, laws)
        : { ...decision, actions: [first, ...rest] };
    },
  };
}

function moveOf(observed: DeploymentObserved, step: DeploymentStep, action: Action, now: Milliseconds): Move {
  const drift = driftOf(observed, action);
  if (drift === undefined) return { action };
  const known = repairedBefore(observed.memory.drift ?? [], drift);
  const left = known !== undefined && now < leftFor(observed, step, known);
  return { action, drift, ...(left ? { left: known } : {}) };
}

/** A roll-back moves at once what was contested before it: from then on it is as patient as all others. */
function leftFor(observed: DeploymentObserved, step: DeploymentStep, known: DriftStatus): Milliseconds {
  const until = leftUntil(known) ?? 0;
  const rejected = step.safety === true ? rejectionOf(observed)?.at : undefined;
  return rejected !== undefined && known.repairs.every((time) => time < rejected) ? 0 : until;
}

/** What is left to do beside what is left alone: no pods come where copies of their config cannot, and memory alone moves nothing. */
function performable(moves: readonly Move[]): readonly Move[] {
  const going = moves.filter(({ left }) => left === undefined);
  if (going.length === moves.length) return moves;
  const bare = moves.some(({ action, left }) => left !== undefined && action.type === 'copy-config');
  return bare || going.every(({ action }) => action.type === 'record') ? [] : going;
}

function remembered({ action, drift }: Move, now: Milliseconds): readonly Action[] {
  return drift === undefined ? [action] : [action, record({ kind: 'repaired', drift, at: timestamp(now) })];
}

/** At rest and on the way back only whoever contests it can help; a roll-out has its progress deadline to outlast them. */
function held(
  observed: DeploymentObserved,
  step: DeploymentStep,
  decision: Acting,
  left: readonly DriftStatus[],
  laws: Laws,
): Decision {
  const contest = left.map(toldContest).join('; ');
  const message = `${decision.message}; ${contest}`;
  const until = Math.min(...left.map((one) => leftUntil(one) ?? laws.now));
  if (step.safety === true || !isRollingOut(observed)) return stuck(reasons.contested, message, until);
  const end = contestEnds(observed, left);
  if (laws.now < end) return wait(reasons.contested, message, Math.min(until, end));
  const rejected = reject(observed, laws, { reason: reasons.contested, message: contest }, message);
  // Where a person is to decide, the child is put right again meanwhile.
  return rejected.kind === 'wait' ? { ...rejected, until } : rejected;
}

/** A contest that is older than this roll-out leaves it a whole progress deadline all the same. */
function contestEnds({ memory, delivery }: DeploymentObserved, left: readonly DriftStatus[]): Milliseconds {
  const { startedAt = '' } = memory.steps?.find(({ name }) => name === 'roll-out') ?? {};
  const contestedAt = Math.min(...left.map((one) => Date.parse(one.contestedAt ?? '')));
  return Math.max(contestedAt, Date.parse(startedAt) || 0) + delivery.plan.progressDeadlineSeconds * 1000;
}

/** A wait ends when something can be forgotten: nobody else would wake for it. */
function untilForgotten({ memory }: DeploymentObserved, decision: Exclude<Decision, Acting>): Decision {
  const times = (memory.drift ?? []).map(forgottenAt);
  return times.length === 0
    ? decision
    : { ...decision, until: Math.min(...times, decision.until ?? Number.POSITIVE_INFINITY) };
}
