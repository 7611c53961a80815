import { reasons } from '../../../api/conditions.ts';
import type { StepStatus } from '../../../api/generated/deployment.ts';
import { timestamp } from '../../../core/conditions.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import type { Judgement } from '../../../core/trail.ts';
import { REJECTING } from '../records.ts';
import { IN_WINDOW } from '../steps/review.ts';
import { DELIVERY_STEPS } from './delivery-steps.ts';

/** Reasons of a step that is done because there was nothing to do. */
export const SKIPPED: ReadonlySet<string> = new Set([
  'AlreadyServing',
  'ReviewNotRequired',
  'NothingToPrepare',
  'ProceededWithoutReview',
  'NothingToAnalyse',
  'AnalysisSkipped',
  'AnalysisCancelled',
  IN_WINDOW,
]);

/** How the reasons of waiting for a person or a time begin. */
export const WAITING = 'WaitingFor';

export interface Standing {
  readonly judgement: Judgement;
  readonly reason: string;
  /** Nothing but somebody's action helps. */
  readonly terminal: boolean;
}

/** Where every step of the delivery stands; what did not change keeps its times. */
export function stepStates(
  before: readonly StepStatus[],
  standing: readonly Standing[],
  now: Milliseconds,
): readonly StepStatus[] {
  // Once promoted, a delivery is over: what drifts later is told by the conditions.
  const over = before.some(({ name, state }) => name === 'promote' && (state === 'Done' || state === 'Skipped'));
  const last = standing.at(-1);
  const told = (name: string) => before.some((step) => step.name === name);
  const tried = told('dry-run') || standing.some(({ judgement }) => judgement.step === 'dry-run');
  const names = [
    ...DELIVERY_STEPS,
    ...(tried ? ['dry-run'] : []),
    ...(last?.judgement.step === 'roll-back' || told('roll-back') ? ['roll-back'] : []),
  ];
  return names.map((name) => {
    const known = before.find((step) => step.name === name) ?? { name, state: 'Pending' as const };
    const judged = standing.find(({ judgement }) => judgement.step === name);
    // What was refused in this pass failed, whatever the step that said so was about to do.
    if (judged === undefined || judged.reason === REJECTING) return known;
    if (over && (known.state === 'Done' || known.state === 'Skipped')) return ended(known, now);
    return moved(known, judged, now);
  });
}

function moved(known: StepStatus, { judgement, reason, terminal }: Standing, now: Milliseconds): StepStatus {
  const state = stateOf(judgement, reason, terminal);
  const over = state === 'Done' || state === 'Skipped';
  if (over && (known.state === 'Done' || known.state === 'Skipped')) return ended(known, now);
  // A suspend stops the clocks: what it held starts again when it ends.
  const resumed = known.cause === reasons.suspended && reason !== reasons.suspended;
  const failedBefore = state === 'Failed' && known.state === 'Failed';
  return {
    name: judgement.step,
    state,
    startedAt: resumed ? timestamp(now) : (known.startedAt ?? timestamp(now)),
    ...(state === 'Running' || state === 'Done' ? {} : { cause: reason }),
    ...(over || state === 'Failed'
      ? { finishedAt: failedBefore ? (known.finishedAt ?? timestamp(now)) : timestamp(now) }
      : {}),
    ...(known.attempt === undefined ? {} : { attempt: known.attempt }),
  };
}

/** What was recorded in the middle of a pass has no time yet. */
function ended(known: StepStatus, now: Milliseconds): StepStatus {
  const finishedAt = known.finishedAt ?? timestamp(now);
  return { ...known, startedAt: known.startedAt ?? finishedAt, finishedAt };
}

function stateOf({ step, decision }: Judgement, reason: string, terminal: boolean): StepStatus['state'] {
  if (decision.kind === 'done') return SKIPPED.has(reason) ? 'Skipped' : 'Done';
  if (terminal) return 'Failed';
  if (reason === reasons.suspended || reason.startsWith(WAITING)) return 'Waiting';
  return decision.kind === 'act' || step === 'roll-out' || step === 'roll-back' ? 'Running' : 'Waiting';
}
