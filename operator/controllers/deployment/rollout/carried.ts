import type { Traffic, World } from './world.ts';

/** A Service that no traffic is known to reach still has its users: one pod stays behind it. */
const NAMED = 1;

/** The most percent of the traffic that each revision may be getting, by the weights in force: both, while they are not known. */
export function carried({ stable, canary, route }: Traffic): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  const add = ({ names, ready }: Traffic['stable'], weight: number) => {
    for (const hash of new Set([...ready.keys(), ...(names === undefined ? [] : [names])])) {
      if (weight > 0) weights.set(hash, Math.min(100, (weights.get(hash) ?? 0) + weight));
    }
  };
  // A route that does not exist splits nothing: people reach the Services themselves.
  const split = route?.given === undefined ? NAMED : (route.inForce ?? 100);
  add(stable, route?.given === undefined ? 100 : 100 - (route.inForce ?? 0));
  add(canary, split);
  return weights;
}

/** Pods of a revision that its traffic needs: by law 4 it never shrinks below them. */
export function neededPods(
  { replicas, unavailable }: Pick<World, 'replicas' | 'unavailable'>,
  traffic: Traffic,
  hash: string,
): number {
  const weight = carried(traffic).get(hash) ?? 0;
  if (weight === 0 || replicas === 0) return 0;
  const whole = traffic.shared ? replicas - unavailable : replicas;
  return Math.max(1, Math.ceil((weight * whole) / 100));
}
