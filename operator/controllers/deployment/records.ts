/** What this room remembers in status between passes, as the `record` actions that say so and the folding back of each. */
import type {
  DeploymentStatus,
  MetricStatus,
  RejectedRevision,
  ServedRevision,
  StepStatus,
  ToolCallStatus,
} from '../../api/generated/deployment.ts';
import type { RecordMemory } from '../../core/action.ts';
import type { Drift } from '../../core/repairs.ts';

/** Reason of the decision that records a rejection. */
export const REJECTING = 'Rejecting';

const REJECTED_KEPT = 10;
const SERVED_KEPT = 50;

export type Memorandum =
  /** The roll-out makes its first move: the progress deadline counts from here. */
  | { readonly kind: 'roll-out-started'; readonly at: string }
  /** The strategy is at another of its steps; `promote` is the token that skipped to it. */
  | {
      readonly kind: 'strategy-step';
      readonly index: number;
      readonly of: number;
      readonly name: string;
      readonly at: string;
      readonly promote?: string;
    }
  /** A size moved at rest, or while a strategy step waits: what it leads to has its deadline from here. */
  | { readonly kind: 'resized'; readonly at: string }
  /** The effect before it put right what somebody else did. */
  | { readonly kind: 'repaired'; readonly drift: Drift; readonly at: string }
  /** The plan is refused; `step` is where it failed, `serving` what serves again where it had been promoted. */
  | {
      readonly kind: 'rejection';
      readonly step: string;
      readonly rejected: RejectedRevision;
      readonly abort?: string;
      readonly serving?: string;
    }
  /** The commit point: the desired revision is the one that serves. */
  | { readonly kind: 'promotion'; readonly revision: string; readonly plan: string; readonly at: string }
  /** What was to be measured after the promotion is over; `promote` is the token that decided where the metrics did not. */
  | { readonly kind: 'analysed'; readonly at: string; readonly shown: boolean; readonly promote?: string }
  /** A look at metrics, whose readings are the other effects of its turn. */
  | { readonly kind: 'looked'; readonly at: number }
  /** Metrics whose time was over while their fresh baseline did not stand. */
  | { readonly kind: 'uncompared'; readonly metrics: readonly MetricStatus[] }
  /** A Job was made to measure; its name is derived, so a crash before this is stored makes no other one. */
  | { readonly kind: 'job-started'; readonly metric: string; readonly job: string; readonly at: number }
  /** What became of a Job; without a phase nothing did yet, and time is over. */
  | {
      readonly kind: 'job-told';
      readonly metric: string;
      readonly phase?: 'Good' | 'Bad' | 'Error';
      readonly message: string;
      readonly at: number;
    }
  /** Written before the call is made. */
  | { readonly kind: 'tool-intent'; readonly call: ToolCallStatus }
  /** Nobody waits for a call any longer. */
  | {
      readonly kind: 'call-given-up';
      readonly key: string;
      readonly outcome: 'Failed' | 'Unknown';
      readonly message: string;
    }
  /** People let the delivery go on past a call that did not succeed: they are asked once, whatever becomes of the consultation. */
  | { readonly kind: 'call-accepted'; readonly key: string; readonly by: string };

/** What nothing may follow in the pass that decides it. */
const FIRST: ReadonlySet<Memorandum['kind']> = new Set(['tool-intent', 'call-given-up', 'call-accepted', 'rejection']);

/** An action that remembers. What only has to be told by the end of the pass is deferred; an intent has to stand before its call, an answer before what it lets go on. */
export function record(memorandum: Memorandum): RecordMemory {
  const kept = { ...memorandum } as unknown as RecordMemory['record']; // border: plain data, spelled as a closed union
  const first = FIRST.has(memorandum.kind) || movesOn(memorandum);
  return { type: 'record', record: kept, ...(first ? {} : { deferred: true }) };
}

/** Pods moved for a step of the strategy that nobody remembers would be taken back, and moved again. */
function movesOn(memorandum: Memorandum): boolean {
  return memorandum.kind === 'strategy-step' && ['weight', 'preview', 'switch'].includes(memorandum.name);
}

/** The memory with one record in it. A record of another room or version changes nothing. */
export function remember(memory: DeploymentStatus, recorded: RecordMemory['record']): DeploymentStatus {
  const memorandum = recorded as unknown as Memorandum; // border: written by `record` above
  switch (memorandum.kind) {
    case 'roll-out-started':
      return withStep(memory, { name: 'roll-out', state: 'Running', startedAt: memorandum.at, attempt: 1 });
    case 'strategy-step':
      return steppedOn(memory, memorandum);
    case 'resized':
      return memory.plan === undefined ? memory : { ...memory, plan: { ...memory.plan, progressedAt: memorandum.at } };
    case 'rejection':
      return rejected(memory, memorandum);
    case 'promotion':
      return promoted(memory, memorandum);
    case 'analysed':
      return analysed(memory, memorandum);
    case 'uncompared': {
      const { metrics } = memorandum;
      const others = (memory.analysis ?? []).filter(({ metric }) => !metrics.some((one) => one.metric === metric));
      return {
        ...memory,
        analysis: [...others, ...metrics].sort((left, right) => (left.metric < right.metric ? -1 : 1)),
      };
    }
    case 'tool-intent':
      return {
        ...memory,
        tools: [...(memory.tools ?? []).filter(({ key }) => key !== memorandum.call.key), memorandum.call],
      };
    case 'call-given-up':
      return withCall(memory, memorandum.key, { outcome: memorandum.outcome, message: memorandum.message });
    case 'call-accepted':
      return withCall(memory, memorandum.key, { acceptedBy: memorandum.by });
    default:
      return memory;
  }
}

function steppedOn(
  memory: DeploymentStatus,
  { index, of, name, at, promote }: Memorandum & { kind: 'strategy-step' },
): DeploymentStatus {
  const { weight } = memory.step ?? {};
  const step = { index, of, name, ...(weight === undefined ? {} : { weight }), startedAt: at };
  return { ...memory, step, ...(promote === undefined ? {} : { handled: { ...memory.handled, promote } }) };
}

function rejected(
  memory: DeploymentStatus,
  { step, rejected: entry, abort, serving }: Memorandum & { kind: 'rejection' },
): DeploymentStatus {
  const others = (memory.revisions?.rejected ?? []).filter(({ plan }) => plan !== entry.plan);
  const failed = withStep(memory, { name: step, state: 'Failed', finishedAt: entry.at, cause: entry.reason });
  return {
    ...failed,
    revisions: {
      ...failed.revisions,
      ...(serving === undefined ? {} : servesAgain(failed, serving)),
      rejected: [...others, entry].slice(-REJECTED_KEPT),
    },
    ...(abort === undefined ? {} : { handled: { ...failed.handled, abort } }),
  };
}

function servesAgain({ revisions }: DeploymentStatus, serving: string): NonNullable<DeploymentStatus['revisions']> {
  return { serving, previous: (revisions?.previous ?? []).filter(({ hash }) => hash !== serving) };
}

function promoted(memory: DeploymentStatus, { revision, plan, at }: Memorandum & { kind: 'promotion' }) {
  const { state = 'Running' } = memory.steps?.find(({ name }) => name === 'roll-out') ?? {};
  // A crash right after the first move loses its record: what is promoted has been rolled out all the same.
  const begun = { name: 'roll-out', state, attempt: 1 } as const;
  const done = withStep(withStep(memory, { name: 'promote', state: 'Done', finishedAt: at }), begun);
  const { serving, previous = [], rejected: refused = [] } = done.revisions ?? {};
  const before: readonly ServedRevision[] =
    serving === undefined || serving === revision ? [] : [{ hash: serving, at }];
  return {
    ...done,
    revisions: {
      ...done.revisions,
      serving: revision,
      previous: [...before, ...previous.filter(({ hash }) => hash !== revision && hash !== serving)].slice(
        0,
        SERVED_KEPT,
      ),
      rejected: refused.filter((entry) => entry.hash !== revision && entry.plan !== plan),
    },
  };
}

function analysed(memory: DeploymentStatus, { at, shown, promote }: Memorandum & { kind: 'analysed' }) {
  const state = shown ? 'Done' : 'Skipped';
  const known = withStep(memory, { name: 'analyse', state, finishedAt: at });
  return promote === undefined ? known : { ...known, handled: { ...known.handled, promote } };
}

function withCall(memory: DeploymentStatus, key: string, change: Partial<ToolCallStatus>): DeploymentStatus {
  return { ...memory, tools: (memory.tools ?? []).map((call) => (call.key === key ? { ...call, ...change } : call)) };
}

function withStep(memory: DeploymentStatus, change: StepStatus): DeploymentStatus {
  const steps = memory.steps ?? [];
  const before = steps.find(({ name }) => name === change.name);
  const others = steps.filter(({ name }) => name !== change.name);
  return { ...memory, steps: [...others, { ...before, ...change }] };
}
