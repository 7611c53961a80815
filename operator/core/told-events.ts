import { conditionTypes } from '../api/conditions.ts';
import type { CodeObject, Condition } from '../api/objects.ts';

/** What `kubectl describe` and `kubectl get events` tell of a change. */
export interface ToldEvent {
  readonly type: 'Normal' | 'Warning';
  /** The cause, one reason a cause. */
  readonly reason: string;
  readonly message: string;
}

/**
 * The events of a status that was just written: one when Ready changes its status or its reason, so that a story has one
 * line a chapter; a warning where the user or a policy owner must act, or the world got worse. An object that rests tells so of what hinders the engine. What another object owns
 * tells nothing: its owner tells what became of it.
 */
export function toldEvents(object: CodeObject, conditions: readonly Condition[]): readonly ToldEvent[] {
  if (object.metadata.ownerReferences?.some(({ controller }) => controller === true)) return [];
  const before = of(object.status?.conditions ?? [], conditionTypes.ready);
  const after = of(conditions, conditionTypes.ready);
  if (after === undefined) return [];
  if (before?.status === after.status && before.reason === after.reason) return beside(object, conditions);
  const type = after.status === 'False' ? 'Warning' : 'Normal';
  return [{ type, reason: after.reason, message: after.message }];
}

/** Ready stays as it was, and nobody can look at the object any more. */
function beside({ status }: CodeObject, conditions: readonly Condition[]): readonly ToldEvent[] {
  const unattended = of(conditions, conditionTypes.attended);
  const known = of(status?.conditions ?? [], conditionTypes.attended)?.reason === unattended?.reason;
  if (unattended === undefined || known) return [];
  return [{ type: 'Warning', reason: unattended.reason, message: unattended.message }];
}

const of = (list: readonly Condition[], type: string) => list.find((condition) => condition.type === type);
