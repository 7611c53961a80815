/** What is told of children that others changed or deleted: in events, in the story and in the condition Contested. */
import { reasons } from '../api/conditions.ts';
import type { DriftStatus } from '../api/generated/deployment.ts';
import type { CodeObject, CodeStatus } from '../api/objects.ts';
import { timestamp } from './conditions.ts';
import { AT_MOST, type Drift, leftUntil, repairedBefore, WINDOW } from './repairs.ts';
import type { ToldEvent } from './told-events.ts';

interface Told extends CodeStatus {
  readonly drift?: readonly DriftStatus[];
}

/** The events of a status that was just written: one a repair, and one when repairing is slowed down. */
export function toldDrift(object: CodeObject, status: CodeStatus): readonly ToldEvent[] {
  const [before, after] = [object.status, status].map((one): Told => one ?? {}); // only Deployments have any
  return newRepairs(before?.drift, after?.drift).flatMap((one): ToldEvent[] => {
    const known = repairedBefore(before?.drift ?? [], one);
    const contested = one.contestedAt !== undefined && known?.contestedAt === undefined;
    return [
      { type: 'Normal', reason: reasons.driftRepaired, message: toldRepair(one) },
      ...(contested ? [{ type: 'Warning', reason: reasons.contested, message: toldContest(one) } as const] : []),
    ];
  });
}

/** Those that were repaired since. */
export function newRepairs(
  before: readonly DriftStatus[] = [],
  after: readonly DriftStatus[] = [],
): readonly DriftStatus[] {
  const mark = ({ repairs, heldTimes }: DriftStatus) => [...repairs, heldTimes].join(' ');
  return after.filter((one) => {
    const known = repairedBefore(before, one);
    return known === undefined || mark(known) !== mark(one);
  });
}

/** What was put right, in a sentence. */
export function toldRepair({ kind, name, field, manager = 'somebody' }: Drift): string {
  return field === undefined
    ? `${kind} ${name} was made again: it had been deleted`
    : `${kind} ${name} was put right: ${manager} had changed ${field}`;
}

/** Who contests what, until when it is left, and what to do. */
export function toldContest(one: DriftStatus): string {
  const { kind, name, field, manager = 'somebody' } = one;
  const did = field === undefined ? 'somebody deleted it' : `${manager} changed ${field}`;
  const until = timestamp(leftUntil(one) ?? 0);
  return `${kind} ${name}: ${did} ${AT_MOST} times within ${WINDOW / 60_000} minutes; it is not put right again before ${until}; ${remedy(one)}`;
}

function remedy({ kind, manager = 'whoever does it', field }: DriftStatus): string {
  if (field === undefined) return 'find who deletes it (the audit log of the API server tells) and stop that';
  if (kind === 'ReplicaSet')
    return `stop ${manager} from writing it: spec.replicas of this object says how many pods run`;
  if (kind === 'Service') return `let ${manager} leave spec.selector out: the delivery leads the Service to its pods`;
  return `stop ${manager} from writing it`;
}
