/**
 * The shape of a room: everything the engine needs to know of one kind. A room is pure but for `observe`, and never
 * sees the engine, an adapter or another room.
 */
import type { RoomName } from '../api/names.ts';
import type { CodeObject, CodeStatus, KubeObject } from '../api/objects.ts';
import type { ResourceName } from '../api/resources.ts';
import type { Doors } from '../ports/doors.ts';
import type { Effect, Identity } from './action.ts';
import type { Claim } from './conditions.ts';
import type { Decision, Milliseconds } from './decision.ts';
import type { GateFacts } from './gate-input.ts';
import type { Laws } from './laws.ts';
import type { Trail } from './trail.ts';

/** What every observation holds. */
export interface Observed {
  readonly object: CodeObject;
}

/**
 * One step of the sentence. Its name is its file, its policy package, its metric label, its log field; as a participle
 * (`condition`) it is its condition.
 */
export interface Step<O extends Observed> {
  readonly name: string;
  readonly condition: string;
  /** A safety step restores the last good state: only the platform bundle may deny it (delivery.md section 1). */
  readonly safety?: boolean;
  /** Its condition tells how it all went: what an earlier step says for good is its answer too, and until then it is Unknown. */
  readonly tellsOutcome?: boolean;
  /** A step that is not for this object is neither asked nor told. Absent: always. */
  when?(observed: O): boolean;
  /** Pure: no await, no clock, no randomness, no throw. */
  decide(observed: O, laws: Laws): Decision;
  /** How the step failed, where an earlier one now keeps it from being asked: its condition stays False for that cause. */
  failed?(observed: O): { readonly reason: string; readonly message: string } | undefined;
}

/** The room's own objects by an index of `core/caches.ts`. */
export type Lookup = (index: string, value: string) => readonly KubeObject[];

/**
 * A step beside the sentence: it is asked in every pass, whatever the steps say, holds nothing up, and a denial or failure
 * of it fails nothing; the room tells what became of it. It acts on what is stored only.
 */
export interface Aside<O extends Observed> extends Pick<Step<O>, 'name' | 'decide'> {
  /** When it has to be asked again, by the status that this pass reports. */
  until(observed: O, status: CodeStatus, trail: Trail, laws: Laws): Milliseconds | undefined;
}

/** Which objects wake this room's keys: a pure function from an object that changed to the keys it concerns. */
export interface Trigger {
  readonly resource: ResourceName;
  /** Wakes the keys this long after a change, once for all changes meanwhile: for figures that move often. */
  readonly after?: Milliseconds;
  keys(object: KubeObject, own: Lookup): readonly { readonly namespace?: string; readonly name: string }[];
}

export interface Room<O extends Observed> {
  readonly name: RoomName;
  readonly resource: ResourceName;
  /** In order; the first one that is not done decides. */
  readonly steps: readonly Step<O>[];
  /** Asked instead of `steps` while the object is being deleted; when all are done the finalizer goes. */
  readonly teardown: readonly Step<O>[];
  readonly aside?: Aside<O>;
  readonly triggers: readonly Trigger[];
  /** The only function of a room that awaits; the object itself was read from the cache. */
  observe(object: CodeObject, doors: Doors, signal: AbortSignal): Promise<O>;
  /** What performed effects taught, folded into the observation: the next turn of the pass decides on it without reading again. */
  absorb(observed: O, effects: readonly Effect[]): O;
  /** True when something outside the owner tree must be cleaned up on deletion: the runtime then holds the finalizer. */
  needsFinalizer(observed: O, laws: Laws): boolean;
  /** How long what hinders the engine may last, or a deletion, before it is told as a failure; 10 minutes unless the room says. */
  patience?(object: CodeObject): Milliseconds;
  /** Who the writes of this pass are made as, for the gate and the audit trail. */
  subject(observed: O): Identity;
  /** What the policies may know beside step, resource and actions. */
  gateFacts(observed: O, laws: Laws): GateFacts;
  /** Conditions of the room's own, beside those of its steps; present only while they are claimed. */
  claims?(observed: O, trail: Trail): readonly Claim[];
  /** The trace that this pass belongs to, where there is one: for the audit trail. */
  traceId?(observed: O): string;
  /** The room's own fields of status, whole; conditions, observedGeneration and `gate` are added by `core/report.ts`. */
  report(observed: O, trail: Trail, laws: Laws): RoomStatus;
}

/** What a room reports: its status without the fields that are computed in one place for all rooms. */
export type RoomStatus = Omit<CodeStatus, 'conditions' | 'observedGeneration'> & {
  readonly message?: string;
  readonly phase?: string;
};
