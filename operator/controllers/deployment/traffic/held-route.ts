import { annotations } from '../../../api/names.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import { equal } from '../../../core/merge-patch.ts';
import type { HttpRoute, RouteRule } from '../cluster-objects.ts';

/**
 * What a delivery keeps of a route that Git owns, in an annotation of that very route: it is written by the same write that
 * first changes a weight, so no crash can leave one without the other, and whoever finds the route can put it right by hand.
 * The plan could not keep it: it is immutable, and Git may change the route while the delivery runs.
 */
export interface HeldRoute {
  /** As Git wrote them. */
  readonly rules: readonly RouteRule[];
  readonly stable: string;
  readonly canary: string;
  /** Percent for the canary Service that we wrote last. */
  readonly weight: number;
  /** When others wrote the rules while we held them. */
  readonly resets: readonly Milliseconds[];
}

/** What is kept of this route, where a delivery holds it. */
export function heldRoute({ metadata }: HttpRoute): HeldRoute | undefined {
  try {
    const kept: unknown = JSON.parse(metadata.annotations?.[annotations.original] ?? 'null');
    return isHeld(kept) ? kept : undefined;
  } catch {
    // Somebody wrote something else there: nothing is known of an original.
    return undefined;
  }
}

/** True where somebody else wrote the rules since we did. */
export function isReset({ spec }: HttpRoute, held: HeldRoute): boolean {
  return !equal(spec.rules ?? [], withWeight(held.rules, held, held.weight));
}

/** Finest share that is told apart beside backends that are none of ours. */
const PERCENT = 100;

/** The rules with the canary's percent of what both Services get, in every rule that lists both; all else as it is. */
export function withWeight(
  rules: readonly RouteRule[],
  { stable, canary }: { readonly stable: string; readonly canary: string },
  weight: number,
): readonly RouteRule[] {
  return rules.map((rule) => {
    const { backendRefs = [] } = rule;
    const ours = [stable, canary].map((name) => backendRefs.find((one) => one.name === name));
    if (ours.includes(undefined)) return rule;
    const both = ours.reduce((sum, one) => sum + (one?.weight ?? 1), 0);
    const alone = backendRefs.length === 2;
    const unit = alone ? 1 : both;
    const share = (name: string, before: number) => {
      if (name === canary) return unit * weight;
      if (name === stable) return unit * (PERCENT - weight);
      return before * PERCENT;
    };
    return { ...rule, backendRefs: backendRefs.map((one) => ({ ...one, weight: share(one.name, one.weight ?? 1) })) };
  });
}

function isHeld(kept: unknown): kept is HeldRoute {
  if (typeof kept !== 'object' || kept === null) return false;
  const { rules, stable, canary, weight, resets } = kept as Partial<Record<keyof HeldRoute, unknown>>; // border: our own annotation, which anybody may have edited
  return (
    Array.isArray(rules) &&
    typeof stable === 'string' &&
    typeof canary === 'string' &&
    typeof weight === 'number' &&
    Array.isArray(resets)
  );
}
