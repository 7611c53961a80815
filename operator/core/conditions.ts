/**
 * The laws of conditions (runtime.md section 8): metav1's, kstatus's and Flux's. Everything here is a pure function of
 * the previous conditions and of what is claimed now, so that a claim that repeats itself changes nothing.
 */
import { conditionTypes, MESSAGE_LIMIT, reasons } from '../api/conditions.ts';
import type { Condition } from '../api/objects.ts';
import type { Milliseconds } from './decision.ts';

/** A condition as claimed: transition time and generation are added by `conditionsOf`. */
export type Claim = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** RFC 3339 in whole seconds, as metav1.Time. */
export function timestamp(now: Milliseconds): string {
  return new Date(now).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** Cuts at the limit, on a whole character, and says that it did. Halves of characters are replaced, as the API server would. */
export function bounded(message: string, limit = MESSAGE_LIMIT): string {
  const characters = Array.from(message.toWellFormed());
  return characters.length <= limit ? characters.join('') : `${characters.slice(0, limit - 3).join('')}...`;
}

const REASON = /^[A-Za-z]([A-Za-z0-9_]{0,126}[A-Za-z0-9])?$/;
const REASON_LIMIT = 128;

/** A reason is CamelCase for the API server, and whoever answered it (an admission webhook, say) may call it anything. */
export function camelCase(reason: string): string {
  if (REASON.test(reason)) return reason;
  const joined = [...reason.matchAll(/[A-Za-z0-9]+/g)]
    .map(([word]) => `${word[0]?.toUpperCase()}${word.slice(1)}`)
    .join('');
  if (joined === '') return 'Unknown';
  return (/^\d/.test(joined) ? `Reason${joined}` : joined).slice(0, REASON_LIMIT);
}

/**
 * The claims as conditions: sorted by type, `lastTransitionTime` kept while `status` is the same. Types that are not
 * claimed are gone: Reconciling and Stalled are absent rather than False.
 */
export function conditionsOf(
  previous: readonly Condition[],
  claims: readonly Claim[],
  generation: number,
  now: Milliseconds,
): readonly Condition[] {
  const before = new Map(previous.map((condition) => [condition.type, condition]));
  return claims
    .map((claim) => {
      const old = before.get(claim.type);
      return {
        type: claim.type,
        status: claim.status,
        reason: camelCase(claim.reason),
        message: bounded(claim.message),
        lastTransitionTime: old?.status === claim.status ? old.lastTransitionTime : timestamp(now),
        observedGeneration: generation,
      };
    })
    .sort((left, right) => (left.type < right.type ? -1 : 1));
}

/** The laws that a stored status breaks, in words; empty for a lawful one. Asserted after every pass in every test. */
export function brokenLaws(
  status: { readonly observedGeneration?: number; readonly conditions?: readonly Condition[] },
  generation: number,
): readonly string[] {
  const conditions = status.conditions ?? [];
  const of = (type: string) => conditions.find((condition) => condition.type === type);
  const [ready, reconciling, stalled] = [
    of(conditionTypes.ready),
    of(conditionTypes.reconciling),
    of(conditionTypes.stalled),
  ];
  const observed = status.observedGeneration ?? -1;
  const worst = stalled ?? reconciling;
  const sorted = conditions.every((condition, index) => {
    const next = conditions[index + 1];
    return next === undefined || condition.type < next.type;
  });
  const laws: readonly (readonly [string, boolean])[] = [
    ['Ready is present', ready !== undefined],
    ['Reconciling and Stalled are never both present', reconciling === undefined || stalled === undefined],
    ['Reconciling is removed rather than False', reconciling === undefined || reconciling.status === 'True'],
    ['Stalled is removed rather than False', stalled === undefined || stalled.status === 'True'],
    ['Stalled means Ready is False', stalled === undefined || ready?.status === 'False'],
    ['Reconciling means Ready is Unknown or False', reconciling === undefined || ready?.status !== 'True'],
    [
      'Ready True forbids any lag of observedGeneration',
      ready?.status !== 'True' ||
        (observed === generation && conditions.every((condition) => condition.observedGeneration === generation)),
    ],
    ['observedGeneration is at most generation', observed <= generation],
    [
      'Ready Unknown needs Reconciling, unless suspended',
      ready?.status !== 'Unknown' || reconciling !== undefined || ready.reason === reasons.suspended,
    ],
    ['Ready False needs Reconciling or Stalled', ready?.status !== 'False' || (reconciling ?? stalled) !== undefined],
    [
      'Ready repeats reason and message of the worst condition',
      ready === undefined || worst === undefined || (ready.reason === worst.reason && ready.message === worst.message),
    ],
    ['conditions are sorted by type, each once', sorted],
    ['reasons are CamelCase', conditions.every(({ reason }) => REASON.test(reason))],
    [
      `messages have at most ${MESSAGE_LIMIT} characters`,
      conditions.every(({ message }) => Array.from(message).length <= MESSAGE_LIMIT),
    ],
  ];
  return laws.filter(([, kept]) => !kept).map(([law]) => law);
}
