import type { Milliseconds } from '../../../core/decision.ts';

/** What a revision is to the plan of moves. */
export type Role =
  /** The one to end with, which alone has to be available for the plan to be carried out. */
  | 'target'
  /** The one promoted last; shrunk after the others. */
  | 'serving'
  | 'old'
  /** Fresh pods of what serves, to compare with: beyond N + S, and nothing that the floor relies on while they are wanted. */
  | 'baseline'
  /** Refused by a delivery: its target is 0 whatever N becomes. */
  | 'rejected';

export interface RevisionState {
  readonly hash: string;
  readonly role: Role;
  /** The revision that a fresh baseline runs. */
  readonly runs?: string;
  /** Pods asked for. */
  readonly size: number;
  /** Pods that exist; may lag behind `size` either way. */
  readonly pods: number;
  readonly ready: number;
  /** Ready for minReadySeconds. */
  readonly available: number;
}

/** A Service between the two of a canary, and the revision it is to lead to. */
export interface Backend {
  readonly service: string;
  readonly lead: string;
  /** The revision that its selector names; absent where it names none or does not exist. */
  readonly names?: string;
  /** Ready endpoints by revision, as the EndpointSlices show them. */
  readonly ready: ReadonlyMap<string, number>;
}

/** The route that splits the traffic; weights are percent for the canary Service. */
export interface Route {
  readonly name: string;
  /** Git's, and not ours: only its weights are written, and it is given back. */
  readonly gits: boolean;
  /** Git's, with our weights in it. */
  readonly held?: true;
  /** What its spec says; absent until it exists. */
  readonly given?: number;
  /** The same once every parent has accepted it at its generation. */
  readonly inForce?: number;
  /** Somebody changed what is ours: it has to be written again. */
  readonly drifted: boolean;
  /** Why it is not in force. */
  readonly trouble?: string;
}

export interface Traffic {
  readonly stable: Backend;
  readonly canary: Backend;
  /** Absent by Services alone: the stable one then carries all of the traffic. */
  readonly route?: Route;
  /** Percent wanted for the canary Service. */
  readonly weight: number;
  /** Whether both revisions run within N. */
  readonly shared: boolean;
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
  /** Hash of the fresh baseline that is wanted beside the target; its state is absent until it has been created. */
  readonly baseline?: string;
  /** Pods that each revision should have now, by hash; none for a revision that is not named. */
  readonly goals: ReadonlyMap<string, number>;
  readonly revisions: readonly RevisionState[];
  /** Absent where the planner moves no traffic: by replicas, and for a switch. */
  readonly traffic?: Traffic;
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
  /** Deletes what is empty and never wanted again. */
  | { readonly kind: 'remove'; readonly revision: string; readonly why: string }
  /** Lets a Service select the pods of one revision. */
  | { readonly kind: 'point'; readonly service: string; readonly revision: string; readonly why: string }
  /** Percent of the traffic for the canary Service. */
  | {
      readonly kind: 'weigh';
      readonly route: string;
      readonly canary: number;
      readonly at: Milliseconds;
      readonly why: string;
    }
  /** Gives a route back to Git, as it was. */
  | { readonly kind: 'restore'; readonly route: string; readonly why: string }
  /** Nothing can move until the world does; `reason` where it is traffic that is waited for. */
  | { readonly kind: 'wait'; readonly why: string; readonly reason?: string };

/** Pods that count against N + S: asked for, or still there. */
export function total(revisions: readonly RevisionState[]): number {
  return sum(revisions, ({ size, pods }) => Math.max(size, pods));
}

/** Whose pods N + S bounds: a fresh baseline has a room of its own. */
export function bounded(revisions: readonly RevisionState[]): readonly RevisionState[] {
  return revisions.filter(({ role }) => role !== 'baseline');
}

/** Pods that serve and are meant to: what is about to be taken away does not count. */
export function available(revisions: readonly RevisionState[]): number {
  return sum(revisions, ({ size, available: ready }) => Math.min(size, ready));
}

export function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((amount, item) => amount + of(item), 0);
}
