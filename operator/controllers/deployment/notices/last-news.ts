import { isTriedOnly } from '../is-tried-only.ts';
import { type DeploymentObserved, isServing, rejectionOf, stepState, wasPromotedHere } from '../observed.ts';
import type { Happening } from '../report/happening.ts';
import { failedHere, superseded } from './news.ts';

const OVER: ReadonlySet<string> = new Set(['Done', 'Skipped']);

/** Of a delivery that gave way, to another one or to the deletion of its object. Nothing once status tells of it. */
export function lastNews(observed: DeploymentObserved): readonly Happening[] {
  return [...superseded(observed), ...deleted(observed)];
}

function deleted(observed: DeploymentObserved): readonly Happening[] {
  const { object, delivery, memory } = observed;
  const isToldAlready = object.metadata.deletionTimestamp === undefined || object.status?.phase === 'Deleting';
  if (isToldAlready || !isOpen(observed)) return [];
  const { revision } = delivery.plan;
  const step = memory.steps?.find(({ state }) => state === 'Running' || state === 'Waiting')?.name ?? 'validate';
  const { serving } = memory.revisions ?? {};
  const cancelled = { type: 'cancelled', stage: step, delivery: delivery.id, revision, cause: 'Deleted' } as const;
  const message = `revision ${revision} was deleted before its delivery ended`;
  return [{ step, message, notice: { ...cancelled, ...(serving === undefined ? {} : { serving }) } }];
}

/** True where its start was told, and no end. */
function isOpen(observed: DeploymentObserved): boolean {
  const { memory } = observed;
  const begun = stepState(observed, 'validate') === 'Done' && !isTriedOnly(observed);
  if (!begun || (isServing(observed) && !wasPromotedHere(observed))) return false;
  const rejection = rejectionOf(observed);
  if (rejection !== undefined)
    return rejection.reason !== 'Aborted' && failedHere(observed) && stepState(observed, 'roll-back') !== 'Failed';
  const failed = memory.steps?.some(({ state }) => state === 'Failed') ?? false;
  return !failed && !OVER.has(stepState(observed, 'finish') ?? '');
}
