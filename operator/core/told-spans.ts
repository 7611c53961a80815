import { conditionTypes } from '../api/conditions.ts';
import type { DeploymentStatus, StepStatus, ToolCallStatus } from '../api/generated/deployment.ts';
import type { CodeObject, Condition } from '../api/objects.ts';
import type { Milliseconds } from './decision.ts';
import { ROOT, spanIdOf } from './trace.ts';

/** One finished piece of work of a delivery; times are those of status, in whole seconds, so that they survive a crash. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Absent at the root. */
  readonly parentId?: string;
  readonly name: string;
  readonly start: Milliseconds;
  readonly end: Milliseconds;
  /** The cause, where it failed. */
  readonly failure?: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What a story is told from: one status of a Deployment, or of another kind, which has no trace. */
type Told = Partial<Pick<DeploymentStatus, 'traceId' | 'steps' | 'tools' | 'plan'>> & {
  readonly conditions?: readonly Condition[];
};

/** The spans that ended between two statuses of one object: steps, calls of tools, and the delivery itself. */
export function toldSpans(object: CodeObject, before: object | undefined, after: object): readonly Span[] {
  const told: Told = after; // border: a status of ours
  const { traceId } = told;
  if (traceId === undefined) return [];
  const known = new Set(spansOf(object, traceId, before ?? {}).map(identity));
  return spansOf(object, traceId, told).filter((span) => !known.has(identity(span)));
}

/** So long before its start a process tells spans again: the one before may have died with them in its hands. */
const LAST_WORDS: Milliseconds = 60_000;

/** What a process that starts tells of an object that it finds: the spans that have just ended. */
export function toldAgain(object: CodeObject, now: Milliseconds): readonly Span[] {
  return toldSpans(object, undefined, object.status ?? {}).filter(({ end }) => end > now - LAST_WORDS);
}

/** A span that is told again with another end replaces what was told of it. */
const identity = ({ traceId, spanId, end, failure = '' }: Span): string => `${traceId} ${spanId} ${end} ${failure}`;

function spansOf(object: CodeObject, traceId: string, told: Told): readonly Span[] {
  if (told.traceId !== traceId) return [];
  const { namespace = '', name } = object.metadata;
  const attributes = {
    'k8s.namespace.name': namespace,
    'code.deployment': name,
    ...(told.plan?.revision === undefined ? {} : { 'code.revision': told.plan.revision }),
    ...(told.plan?.hash === undefined ? {} : { 'code.plan': told.plan.hash }),
  };
  return [
    ...(told.steps ?? []).flatMap((step) => stepSpan(traceId, attributes, step)),
    ...(told.tools ?? []).flatMap((call) => callSpan(traceId, attributes, call, told)),
    ...rootSpan(traceId, attributes, told),
  ];
}

function stepSpan(traceId: string, attributes: Span['attributes'], step: StepStatus): readonly Span[] {
  if (step.finishedAt === undefined) return [];
  const { name, state, startedAt = step.finishedAt, finishedAt, cause } = step;
  return [
    {
      traceId,
      spanId: spanIdOf(traceId, name),
      parentId: spanIdOf(traceId, ROOT),
      name,
      start: Date.parse(startedAt),
      end: Date.parse(finishedAt),
      ...(state === 'Failed' ? { failure: cause ?? state } : {}),
      attributes: { ...attributes, 'code.step.state': state, ...(cause === undefined ? {} : { 'code.cause': cause }) },
    },
  ];
}

/** Calls of deliveries before this one are kept in status too: they began before it did. */
function callSpan(
  traceId: string,
  attributes: Span['attributes'],
  call: ToolCallStatus,
  { plan }: Told,
): readonly Span[] {
  const { name, step, server = '', tool = '', startedAt, finishedAt, outcome, message, key } = call;
  if (finishedAt === undefined || outcome === undefined) return [];
  if (Date.parse(startedAt) < Date.parse(plan?.startedAt ?? startedAt)) return [];
  const failed = outcome === 'Failed' || outcome === 'Unknown';
  return [
    {
      traceId,
      spanId: spanIdOf(traceId, 'call', key),
      parentId: spanIdOf(traceId, step),
      name: `call ${name}`,
      start: Date.parse(startedAt),
      end: Date.parse(finishedAt),
      ...(failed ? { failure: message ?? outcome } : {}),
      attributes: { ...attributes, 'code.tool': `${server}.${tool}`, 'code.call.outcome': outcome },
    },
  ];
}

/** Over when it serves, or when only somebody's action helps. */
function rootSpan(traceId: string, attributes: Span['attributes'], { plan, conditions = [] }: Told): readonly Span[] {
  const of = (type: string) => conditions.find((one) => one.type === type && one.status === 'True');
  const [ready, stalled] = [of(conditionTypes.ready), of(conditionTypes.stalled)];
  const end = ready ?? stalled;
  if (end === undefined || plan?.startedAt === undefined) return [];
  const start = Date.parse(plan.startedAt);
  return [
    {
      traceId,
      spanId: spanIdOf(traceId, ROOT),
      name: ROOT,
      start,
      // What serves already was Ready before this delivery began.
      end: Math.max(start, Date.parse(end.lastTransitionTime)),
      ...(ready === undefined ? { failure: end.reason } : {}),
      attributes: { ...attributes, 'code.reason': end.reason },
    },
  ];
}
