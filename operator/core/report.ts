/**
 * Where Ready, Reconciling and Stalled are computed, for every kind, and where a pass becomes a status. A room only adds
 * its own fields.
 */
import { conditionTypes, reasons } from '../api/conditions.ts';
import { Upstream } from '../api/errors.ts';
import type { CodeObject, CodeStatus, Condition } from '../api/objects.ts';
import { bounded, type Claim, conditionsOf } from './conditions.ts';
import type { Decision } from './decision.ts';
import type { Reason, Verdict } from './gate-input.ts';
import type { Laws } from './laws.ts';
import type { Observed, Room, Step } from './room.ts';
import type { Judgement, Trail, Turn } from './trail.ts';

/** `status.gate`: the last verdict that a person may want to read. */
export interface GateStatus {
  readonly decisionId: string;
  readonly step: string;
  readonly allowed: boolean;
  readonly reasons: readonly string[];
  readonly bundle: string;
}

/** Lists that are empty may be absent in what is stored. */
interface StoredGate {
  readonly gate?: Omit<GateStatus, 'reasons'> & Partial<Pick<GateStatus, 'reasons'>>;
}

export type ReportedStatus = CodeStatus & {
  readonly conditions: readonly Condition[];
  readonly observedGeneration: number;
  readonly gate?: StoredGate['gate'];
};

/** What the schemas of our kinds allow. */
const REASONS_SHOWN = 10;
const REASON_LIMIT = 512;
/** What else is to be said then has to fit beside it. */
const MESSAGE_WHEN_HELD = 640;

/** The whole status of one pass; equal input gives an equal status, so at rest nothing is written. */
export function report<O extends Observed>(room: Room<O>, observed: O, trail: Trail, laws: Laws): ReportedStatus {
  const { object } = observed;
  const generation = object.metadata.generation ?? 0;
  const deleting = object.metadata.deletionTimestamp !== undefined;
  const steps = (deleting ? room.teardown : room.steps).filter((step) => step.when?.(observed) !== false);
  const own = room.claims?.(observed, trail) ?? [];
  const claims = [...stepClaims(steps, observed, trail), ...readyClaims(trail, deleting), ...own];
  const gate = gateOf(trail, object);
  return {
    ...room.report(observed, trail, laws),
    observedGeneration: generation,
    conditions: conditionsOf(object.status?.conditions ?? [], claims, generation, laws.now),
    ...(gate === undefined ? {} : { gate }),
  };
}

function stepClaims<O extends Observed>(steps: readonly Step<O>[], observed: O, trail: Trail): Claim[] {
  return steps.map((step) => {
    const { name, condition, tellsOutcome } = step;
    const judgement = trail.standing.find((candidate) => candidate.step === name);
    if (tellsOutcome === true && judgement?.decision.kind !== 'done') return outcomeClaim(condition, trail);
    if (judgement === undefined) {
      const failed = step.failed?.(observed);
      if (failed !== undefined) return { type: condition, status: 'False', ...failed };
      return { type: condition, status: 'Unknown', reason: reasons.pending, message: 'an earlier step is not done' };
    }
    const { reason, message } = standingOf(judgement, trail);
    return { type: condition, status: statusOf(judgement.decision), reason, message };
  });
}

function statusOf(decision: Decision): Claim['status'] {
  if (decision.kind !== 'done') return 'False';
  return decision.unproven === true ? 'Unknown' : 'True';
}

/** Not done yet: False where nothing but somebody's action helps. */
function outcomeClaim(type: string, trail: Trail): Claim {
  const last = trail.standing.at(-1);
  if (last === undefined) return { type, status: 'Unknown', reason: reasons.pending, message: 'no step was asked yet' };
  const { reason, message, terminal } = standingOf(last, trail);
  return { type, status: terminal ? 'False' : 'Unknown', reason, message };
}

function readyClaims(trail: Trail, deleting: boolean): Claim[] {
  const last = trail.standing.at(-1);
  if (last === undefined || last.decision.kind === 'done') {
    const { reason, message } = last?.decision ?? { reason: reasons.deleting, message: 'nothing is left to do' };
    if (!deleting) return [{ type: conditionTypes.ready, status: 'True', reason, message }];
    return inProgress('Unknown', reasons.deleting, message);
  }
  const standing = standingOf(last, trail);
  if (standing.terminal) {
    return [
      { type: conditionTypes.ready, status: 'False', reason: standing.reason, message: standing.message },
      { type: conditionTypes.stalled, status: 'True', reason: standing.reason, message: standing.message },
    ];
  }
  if (standing.reason === reasons.suspended) {
    return [{ type: conditionTypes.ready, status: 'Unknown', reason: standing.reason, message: standing.message }];
  }
  const ready = 'ready' in last.decision && last.decision.ready === 'False' ? 'False' : 'Unknown';
  return inProgress(ready, standing.reason, standing.message);
}

function inProgress(ready: 'False' | 'Unknown', reason: string, message: string): Claim[] {
  return [
    { type: conditionTypes.ready, status: ready, reason, message },
    { type: conditionTypes.reconciling, status: 'True', reason, message },
  ];
}

interface Stand {
  readonly reason: string;
  readonly message: string;
  readonly terminal: boolean;
}

/** What to say of a step that was asked: its own words, or the denial or failure that its actions met; of a late deletion more. */
export function standingOf(judgement: Judgement, trail: Trail): Stand {
  const stand = metBy(judgement, trail);
  if (trail.held === undefined || judgement.decision.kind === 'done') return stand;
  return { ...stand, message: `${bounded(stand.message, MESSAGE_WHEN_HELD)}; ${trail.held}`, terminal: true };
}

function metBy(judgement: Judgement, trail: Trail): Stand {
  const turn = lastTurnOf(judgement.step, trail);
  if (judgement.decision.kind === 'act' && turn !== undefined) {
    if (!turn.verdict.allowed) {
      const reason = turn.verdict.outcome === 'error' ? reasons.policyError : reasons.policyDenied;
      return { reason, message: atStake(denialMessage(judgement.step, turn.verdict), judgement), terminal: true };
    }
    if (turn.failure !== undefined) {
      const { reason, message, retry } = turn.failure;
      const stalled = turn.failure instanceof Upstream && turn.failure.stalled;
      return { reason, message: atStake(message, judgement), terminal: retry === 'never' || stalled };
    }
  }
  const { kind, reason, message } = judgement.decision;
  return { reason, message, terminal: kind === 'stuck' };
}

/** Where the world is worse than in progress, what was to mend it is told beside what keeps it from that. */
function atStake(message: string, { decision }: Judgement): string {
  return decision.kind === 'act' && decision.ready === 'False'
    ? `${bounded(message, MESSAGE_WHEN_HELD)}; it is asked again while it stands in the way of this: ${decision.message}`
    : message;
}

function lastTurnOf(step: string, trail: Trail): Turn | undefined {
  const turn = trail.turns.at(-1);
  return turn?.step === step ? turn : undefined;
}

/** One sentence: which step, which rule, what to do. */
export function denialMessage(step: string, verdict: Verdict): string {
  const told = verdict.reasons.map(({ rule, message, remedy }) =>
    remedy === undefined ? `${message} [${rule}]` : `${message} [${rule}]; ${remedy}`,
  );
  return `policy denied step ${step}: ${told.join(' | ')}`;
}

function gateOf(trail: Trail, object: CodeObject): StoredGate['gate'] {
  const verdict = trail.turns.at(-1)?.verdict;
  const { gate: before } = (object as { status?: StoredGate }).status ?? {}; // border: our own field, as its schema has it
  if (verdict === undefined) return before;
  const unchanged =
    before !== undefined &&
    before.step === verdict.step &&
    before.allowed === verdict.allowed &&
    before.bundle === verdict.bundle &&
    (before.reasons ?? []).join('\n') === reasonLines(verdict.reasons).join('\n');
  if (unchanged) return before;
  return {
    decisionId: verdict.decisionId,
    step: verdict.step,
    allowed: verdict.allowed,
    reasons: reasonLines(verdict.reasons),
    bundle: verdict.bundle,
  };
}

function reasonLines(given: readonly Reason[]): readonly string[] {
  return given.slice(0, REASONS_SHOWN).map(({ rule, message }) => bounded(`${rule}: ${message}`, REASON_LIMIT));
}
