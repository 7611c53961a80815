import type { Milliseconds } from '../../../core/decision.ts';

/** What a revision is to the plan of moves. */
export type Role =
  /** The one to end with, which alone has to be available for the plan to be carried out. */
  | 'target'
  /** The one promoted last; shrunk after the others. */
  | 'serving'
  | 'old'
  /** Refused by a delivery: its target is 0 whatever N becomes. */
  | 'rejected';

export interface RevisionState {
  readonly hash: string;
  readonly role: Role;
  /** Pods asked for. */
  readonly size: number;
  /** Pods that exist; may lag behind `size` either way. */
  readonly pods: number;
  readonly ready: number;
  /** Ready for minReadySeconds. */
  readonly available: number;
}

/** All that the planner knows (delivery.md section 2). */
export interface World {
  /** N: pods wanted. */
  readonly replicas: number;
  /** S: pods above N that may exist, what a strategy declares beyond N among them. */
  readonly surge: number;
  /** U: pods below N that may be missing. */
  readonly unavailable: number;
  /** Hash of the revision to end with; its state is absent until it has been created. */
  readonly target: string;
  /** Pods that each revision should have now, by hash; none for a revision that is not named. */
  readonly goals: ReadonlyMap<string, number>;
  readonly revisions: readonly RevisionState[];
  readonly now: Milliseconds;
}

/** One move, and why it is made. */
export type Intent =
  | { readonly kind: 'create'; readonly revision: string; readonly size: number; readonly why: string }
  | {
      readonly kind: 'scale';
      readonly revision: string;
      readonly from: number;
      readonly to: number;
      readonly why: string;
    }
  /** Nothing can move until the world does. */
  | { readonly kind: 'wait'; readonly why: string };

/** Pods that count against N + S: asked for, or still there. */
export function total(revisions: readonly RevisionState[]): number {
  return sum(revisions, ({ size, pods }) => Math.max(size, pods));
}

/** Pods that serve and are meant to: what is about to be taken away does not count. */
export function available(revisions: readonly RevisionState[]): number {
  return sum(revisions, ({ size, available: ready }) => Math.min(size, ready));
}

export function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((amount, item) => amount + of(item), 0);
}
