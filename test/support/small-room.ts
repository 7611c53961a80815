import type { CodeObject } from '../../operator/api/objects.ts';
import { type Effect, OPERATOR } from '../../operator/core/action.ts';
import type { Decision } from '../../operator/core/decision.ts';
import type { Laws } from '../../operator/core/laws.ts';
import type { Aside, Observed, Room, Step } from '../../operator/core/room.ts';
import type { Doors } from '../../operator/ports/doors.ts';

/** What a small room knows: the object, and every effect of the pass so far. */
export interface Seen extends Observed {
  readonly effects: readonly Effect[];
}

export type Decide = (seen: Seen, laws: Laws) => Decision;

export interface SmallRoomOptions {
  /** Step name to what it decides; the condition is the name with a capital and `Done`. */
  readonly steps?: Readonly<Record<string, Decide>>;
  readonly teardown?: Readonly<Record<string, Decide>>;
  readonly safety?: readonly string[];
  readonly needsFinalizer?: boolean;
  readonly aside?: Pick<Aside<Seen>, 'decide' | 'until'>;
  readonly observe?: (object: CodeObject, doors: Doors, signal: AbortSignal) => Promise<void>;
}

/** A room of Tenants that does what a test tells it: for tests of the engine, which knows no room. */
export function smallRoom(options: SmallRoomOptions = {}): Room<Seen> {
  const stepsOf = (decides: Readonly<Record<string, Decide>> = {}): readonly Step<Seen>[] =>
    Object.entries(decides).map(([name, decide]) => ({
      name,
      condition: `${name[0]?.toUpperCase()}${name.slice(1)}Done`,
      decide,
      ...(options.safety?.includes(name) ? { safety: true } : {}),
    }));
  return {
    name: 'tenant',
    resource: 'Tenant',
    steps: stepsOf(options.steps),
    teardown: stepsOf(options.teardown),
    triggers: [],
    ...(options.aside === undefined ? {} : { aside: { name: 'beside', ...options.aside } }),
    observe: async (object, doors, signal) => {
      await options.observe?.(object, doors, signal);
      return { object, effects: [] };
    },
    absorb: (seen, effects) => ({ ...seen, effects: [...seen.effects, ...effects] }),
    needsFinalizer: () => options.needsFinalizer ?? false,
    subject: () => OPERATOR,
    gateFacts: () => ({}),
    report: (_seen, trail) => ({ message: trail.standing.at(-1)?.decision.message ?? '' }),
  };
}

/** A Tenant as the API server keeps it. */
export function smallObject(over: Partial<CodeObject['metadata']> = {}, rest: Partial<CodeObject> = {}): CodeObject {
  return {
    apiVersion: 'code-engine.dev/v1alpha1',
    kind: 'Tenant',
    metadata: { name: 'acme', uid: 'u-acme', resourceVersion: '7', generation: 1, ...over },
    spec: {},
    ...rest,
  };
}
