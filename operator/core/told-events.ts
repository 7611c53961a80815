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
 * line a chapter; a warning where the user or a policy owner must act, or the world got worse. What another object owns
 * tells nothing: its owner tells what became of it.
 */
export function toldEvents(object: CodeObject, conditions: readonly Condition[]): readonly ToldEvent[] {
  if (object.metadata.ownerReferences?.some(({ controller }) => controller === true)) return [];
  const of = (list: readonly Condition[], type: string) => list.find((condition) => condition.type === type);
  const before = of(object.status?.conditions ?? [], conditionTypes.ready);
  const after = of(conditions, conditionTypes.ready);
  if (after === undefined || (before?.status === after.status && before.reason === after.reason)) return [];
  const type = after.status === 'False' ? 'Warning' : 'Normal';
  return [{ type, reason: after.reason, message: after.message }];
}
