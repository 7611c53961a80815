/** How often a child was put right, how long it is left after that, and when it is forgotten: all of it stored in `status.drift`. */
import type { DriftStatus } from '../api/generated/deployment.ts';
import { bounded, timestamp } from './conditions.ts';
import type { Milliseconds } from './decision.ts';

/** What somebody else did to a child of ours: changed a field, or, without one, deleted it. */
export type Drift = Pick<DriftStatus, 'kind' | 'name' | 'field' | 'manager'>;

const MINUTE: Milliseconds = 60_000;
/** So many repairs within the window, and whoever makes them needed means it. */
export const AT_MOST = 3;
export const WINDOW: Milliseconds = 10 * MINUTE;
/** What the schema allows; the ones repaired last stay. */
const KEPT = 8;

/** The ledger with one more repair in it. */
export function withRepair(stored: readonly DriftStatus[], drift: Drift, at: Milliseconds): readonly DriftStatus[] {
  const ledger = remembered(stored, at);
  const before = repairedBefore(ledger, drift);
  const others = ledger.filter((one) => one !== before);
  const times = [...(before?.repairs ?? []), timestamp(at)];
  const recent = times.filter((time) => at - Date.parse(time) < WINDOW);
  const contested = contestOf(before, recent, at);
  const repairs = (contested.contestedAt === undefined ? recent : times).slice(-AT_MOST);
  const { kind, name, field, manager } = drift;
  const who = {
    ...(field === undefined ? {} : { field: bounded(field, 128) }),
    ...(manager === undefined ? {} : { manager: bounded(manager, 128) }),
  };
  return [...others, { kind, name, ...who, repairs, ...contested }].slice(-KEPT);
}

/** The ledger without what has been quiet for long enough. */
export function remembered(ledger: readonly DriftStatus[], now: Milliseconds): readonly DriftStatus[] {
  return ledger.filter((one) => now < forgottenAt(one));
}

/** Until when a child is left as others made it; `undefined` while nobody contests it. */
export function leftUntil({ repairs, contestedAt, heldTimes = 0 }: DriftStatus): Milliseconds | undefined {
  if (contestedAt === undefined) return undefined;
  return Math.max(...repairs.map((time) => Date.parse(time))) + Math.min(WINDOW, MINUTE * 2 ** heldTimes);
}

/** Ten minutes after the last repair, or after the next one would have been made. */
export function forgottenAt(one: DriftStatus): Milliseconds {
  return (leftUntil(one) ?? Math.max(...one.repairs.map((time) => Date.parse(time)))) + WINDOW;
}

export function repairedBefore(
  ledger: readonly DriftStatus[],
  { kind, name }: Pick<Drift, 'kind' | 'name'>,
): DriftStatus | undefined {
  return ledger.find((one) => one.kind === kind && one.name === name);
}

function contestOf(before: DriftStatus | undefined, recent: readonly string[], at: Milliseconds) {
  if (before?.contestedAt !== undefined) {
    return { contestedAt: before.contestedAt, heldTimes: (before.heldTimes ?? 0) + 1 };
  }
  return recent.length < AT_MOST ? {} : { contestedAt: timestamp(at), heldTimes: 0 };
}
