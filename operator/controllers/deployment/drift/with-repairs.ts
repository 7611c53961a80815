import type { DeploymentStatus } from '../../../api/generated/deployment.ts';
import type { Effect } from '../../../core/action.ts';
import { withRepair } from '../../../core/repairs.ts';
import type { DeploymentObserved } from '../observed.ts';
import type { Memorandum } from '../records.ts';

/** The memory with what these effects put right. What turned out to stand was not gone: a cache had not seen it yet. */
export function withRepairs({ memory }: DeploymentObserved, effects: readonly Effect[]): DeploymentStatus {
  const drift = effects.reduce((ledger, { action }, index) => {
    const repaired = action.type === 'record' ? repairIn(action.record) : undefined;
    const before = effects[index - 1];
    if (repaired === undefined || before === undefined || !wasWritten(before)) return ledger;
    return withRepair(ledger, repaired.drift, Date.parse(repaired.at));
  }, memory.drift ?? []);
  return drift.length === 0 ? memory : { ...memory, drift };
}

function repairIn(recorded: object): Extract<Memorandum, { kind: 'repaired' }> | undefined {
  const memorandum = recorded as Memorandum; // border: written by `record`
  return memorandum.kind === 'repaired' ? memorandum : undefined;
}

function wasWritten(effect: Effect): boolean {
  const { outcome } = effect as { readonly outcome: { readonly adopted?: boolean; readonly written?: boolean } }; // border: of the kinds that repair
  return outcome.adopted !== true && outcome.written !== false;
}
