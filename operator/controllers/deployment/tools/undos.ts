import type { ToolCallStatus } from '../../../api/generated/deployment.ts';
import { bounded } from '../../../core/conditions.ts';
import type { Decision } from '../../../core/decision.ts';
import { digest } from '../../../core/hash.ts';
import type { Laws } from '../../../core/laws.ts';
import type { PlannedCall } from '../delivery/frozen-plan.ts';
import type { DeploymentObserved } from '../observed.ts';
import { callKey, plannedCalls } from './calls-here.ts';
import { goOn, type KeyedCall, nextCall } from './next-call.ts';

/** Steps whose calls a delivery that fails takes back. */
const UNDONE_STEPS = ['prepare', 'roll-out'] as const;
const TOLD_AT_MOST = 200;

interface Made {
  readonly call: PlannedCall;
  readonly undo: NonNullable<PlannedCall['undo']>;
  readonly known: ToolCallStatus;
}

/** Key of the call that takes another back: the same after any crash, whichever step makes it. */
export function undoKey(original: string): string {
  return digest([original, 'undo']);
}

/** The next call that takes one back, the last made first; `undefined` when none is left. One that fails is told and holds nothing up. */
export function nextUndo(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  const undos = made(observed).filter(hadEffect).map(undoing);
  return nextCall(observed, laws, 'undo', undos, goOn);
}

/** True while a call that had its effect waits to be taken back. */
export function undoIsLeft(observed: DeploymentObserved): boolean {
  return made(observed).some((one) => hadEffect(one) && undoOf(observed, one)?.outcome === undefined);
}

/** In a clause, what was taken back and what was not; empty where no call declares how. */
export function toldUndos(observed: DeploymentObserved): string {
  const all = made(observed);
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

function hadEffect({ known }: Made): boolean {
  return known.outcome === 'Succeeded' || known.outcome === 'Undone';
}

function undoing({ call: { name, timeout }, undo, known }: Made): KeyedCall {
  return { ...undo, name, key: undoKey(known.key), ...(timeout === undefined ? {} : { timeout }) };
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
  return undo === undefined ? undefined : `${call.name} (${undo.message ?? 'no answer before the deadline'})`;
}
