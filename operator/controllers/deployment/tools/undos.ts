import type { ToolCallStatus } from '../../../api/generated/deployment.ts';
import { bounded } from '../../../core/conditions.ts';
import type { Decision } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import type { PlannedCall } from '../delivery/frozen-plan.ts';
import { startDeadline } from '../delivery/start-deadline.ts';
import { type DeploymentObserved, keptPlan } from '../observed.ts';
import { type CallingStep, callKey, plannedCalls } from './calls-here.ts';
import { goOn, type KeyedCall, nextCall } from './next-call.ts';
import { undoKey } from './undo-key.ts';
import { UNDONE_STEPS } from './undone-steps.ts';

const TOLD_AT_MOST = 200;

interface Made {
  readonly call: PlannedCall;
  readonly undo: NonNullable<PlannedCall['undo']>;
  readonly known: ToolCallStatus;
}

/** The next call that takes one of this delivery back, the last made first; `undefined` when none is left. One that fails is told and holds nothing up. */
export function nextUndo(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  return takeBack(observed, laws, made(observed));
}

/** As `nextUndo`, of the delivery that this one superseded. Who supersedes often brings the fix: all of them hold it up for one progress deadline. */
export function nextSupersededUndo(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  const end = startDeadline(observed, laws.now);
  const next = laws.now < end ? takeBack(observed, laws, superseded(observed)) : undefined;
  return next?.kind === 'act' ? { ...next, until: Math.min(next.until ?? end, end) } : next;
}

/** What was under way is ended first: only its answer tells whether there is anything to take back. */
function takeBack(observed: DeploymentObserved, laws: Laws, all: readonly Made[]): Decision | undefined {
  const open = all.filter(({ known }) => known.outcome === undefined).map(ending);
  const undos = all.filter(hadEffect).map(undoing);
  return nextCall(observed, laws, 'undo', [...open, ...undos], goOn);
}

/** True while a call of this delivery that had its effect, or may have had it, waits to be taken back. */
export function undoIsLeft(observed: DeploymentObserved): boolean {
  return made(observed).some((one) => isLeft(observed, one));
}

/** As `undoIsLeft`, of the delivery that this one superseded. */
export function supersededUndoIsLeft(observed: DeploymentObserved): boolean {
  return superseded(observed).some((one) => isLeft(observed, one));
}

/** In a clause, what was taken back and what was not; empty where no call declares how. */
export function toldUndos(observed: DeploymentObserved): string {
  return told(observed, made(observed));
}

/** As `toldUndos`, of the delivery that this one superseded. */
export function toldSupersededUndos(observed: DeploymentObserved): string {
  const clause = told(observed, superseded(observed));
  return clause === '' ? '' : `; of the delivery that was superseded: ${clause.slice(2)}`;
}

function told(observed: DeploymentObserved, all: readonly Made[]): string {
  const undone = all.filter(({ known }) => known.outcome === 'Undone').map(({ call }) => call.name);
  const left = all.flatMap((one) => whyLeft(observed, one) ?? []);
  const taken = undone.length === 0 ? '' : `; undone ${undone.join(', ')}`;
  return left.length === 0 ? taken : `${taken}; ${bounded(`NOT undone ${left.join(', ')}`, TOLD_AT_MOST)}`;
}

/** Calls of this delivery that say what takes them back, the last made first. */
function made(observed: DeploymentObserved): readonly Made[] {
  const { memory, delivery } = observed;
  return UNDONE_STEPS.flatMap((step) =>
    plannedCalls(delivery.plan, step).flatMap((call): readonly Made[] => {
      const key = callKey(observed, step, call.name);
      const known = memory.tools?.find((entry) => entry.key === key);
      return known === undefined || call.undo === undefined ? [] : [{ call, undo: call.undo, known }];
    }),
  ).toReversed();
}

/** Calls of a delivery that was superseded before it ended, the last made first. One whose plan is gone says no longer how. */
function superseded({ memory, plans }: DeploymentObserved): readonly Made[] {
  return (memory.tools ?? [])
    .flatMap((known): readonly Made[] => {
      const plan = known.superseded === undefined ? undefined : keptPlan(plans, known.superseded);
      // border: intents are recorded by `next-call.ts` only, under the name of the step that calls
      const calls = plan === undefined ? [] : plannedCalls(plan, known.step as CallingStep);
      const call = calls.find(({ name }) => name === known.name);
      return call?.undo === undefined ? [] : [{ call, undo: call.undo, known }];
    })
    .toReversed();
}

function isLeft(observed: DeploymentObserved, one: Made): boolean {
  if (one.known.outcome === undefined) return true;
  return hadEffect(one) && undoOf(observed, one)?.outcome === undefined;
}

/** It decides nothing any more: nobody is asked whether to go on past it. */
function ending({ call: { onFailure: _mode, ...call }, known }: Made): KeyedCall {
  return { ...call, key: known.key };
}

function hadEffect({ known }: Made): boolean {
  return known.outcome === 'Succeeded' || known.outcome === 'Undone';
}

function undoing({ call: { name, timeout }, undo, known }: Made): KeyedCall {
  return { ...undo, name, undoes: true, key: undoKey(known.key), ...(timeout === undefined ? {} : { timeout }) };
}

function undoOf({ memory }: DeploymentObserved, { known }: Made): ToolCallStatus | undefined {
  const key = undoKey(known.key);
  return memory.tools?.find((entry) => entry.key === key);
}

function whyLeft(observed: DeploymentObserved, one: Made): string | undefined {
  const { call, known } = one;
  // What may have had no effect is not taken back: people find out, and decide.
  if (known.outcome === 'Unknown' || known.outcome === undefined) return `${call.name} (nobody knows its outcome)`;
  if (known.outcome !== 'Succeeded') return undefined;
  const undo = undoOf(observed, one);
  if (undo === undefined && known.superseded === undefined) return undefined;
  return `${call.name} (${undo?.message ?? 'no answer before the deadline'})`;
}
