import { isIdle } from './is-idle.ts';
import type { Backend, Intent, RevisionState, Traffic, World } from './world.ts';

/** The moves of traffic that this look at the world allows: Services first, then the weight; none while no pods are wanted. */
export function planTraffic(world: World): readonly Intent[] {
  const { traffic, replicas } = world;
  if (traffic === undefined || replicas === 0) return [];
  const points = [traffic.stable, ...(isIdle(traffic) ? [traffic.canary] : [])].flatMap((one) => pointed(world, one));
  return points.length > 0 ? points : weighed(world, traffic);
}

/** What the traffic is waited for, once the pods stand. */
export function waitingForTraffic(world: World): string | undefined {
  const { traffic, replicas, target } = world;
  if (traffic === undefined || replicas === 0) return undefined;
  const { stable, canary, route, weight } = traffic;
  for (const { service, names, lead } of [stable, canary]) {
    if (names !== lead) return `Service ${service} does not lead to revision ${lead} yet`;
  }
  // What serves may be broken: it must not block its fix.
  const shows = stable.lead !== target || (ready(stable) > 0 && stable.ready.size === 1);
  if (!shows) return `the endpoints of Service ${stable.service} do not show revision ${target} alone yet`;
  if (route === undefined) return undefined;
  if (route.given === undefined) return route.trouble;
  if (route.given !== weight && !(route.given > weight && ready(stable) === 0)) {
    return `HTTPRoute ${route.name} gives revision ${canary.lead} ${route.given} of ${weight} percent: Service ${canary.service} shows ${ready(canary)} ready endpoints of it`;
  }
  return route.inForce === undefined ? route.trouble : undefined;
}

function pointed({ revisions }: World, { service, names, lead }: Backend): readonly Intent[] {
  if (names === lead || !canCarry(revisions, lead)) return [];
  return [{ kind: 'point', service, revision: lead, why: `Service ${service} is to lead to revision ${lead}` }];
}

/** Traffic goes to nobody who cannot take it, unless nobody can. */
function canCarry(revisions: readonly RevisionState[], hash: string): boolean {
  const able = revisions.filter(({ available, size }) => Math.min(available, size) > 0);
  // A Service leads to the fresh pods of a revision too.
  if (able.length > 0) return able.some((one) => one.hash === hash || one.runs === hash);
  return revisions.some((one) => one.hash === hash);
}

function weighed(world: World, traffic: Traffic): readonly Intent[] {
  const { route, stable, canary } = traffic;
  if (route === undefined || stable.names !== stable.lead) return [];
  if (route.held && canary.names === stable.lead && canary.lead === stable.lead && ready(stable) > 0) {
    return [{ kind: 'restore', route: route.name, why: 'both Services lead to one revision' }];
  }
  if (route.gits && route.given === undefined) return [];
  const next = route.given === undefined ? first(traffic) : nextWeight(world, traffic, route.given);
  if (next === undefined || (next === route.given && !route.drifted)) return [];
  const why = `${traffic.weight} percent wanted for revision ${canary.lead}, ${ready(canary)} of its endpoints ready`;
  return [{ kind: 'weigh', route: route.name, canary: next, at: world.now, why }];
}

/** A new route sends all traffic to whom can take it; where both Services lead to one revision, both show it in a moment. */
function first({ stable, canary }: Traffic): number | undefined {
  if (ready(stable) > 0) return 0;
  if (canary.lead === stable.lead) return undefined;
  return ready(canary) > 0 && canary.names === canary.lead ? 100 : undefined;
}

/** Towards the wanted weight as far as ready endpoints bear it; no weight is raised for whom has none. */
function nextWeight(world: World, { stable, canary, weight, shared }: Traffic, given: number): number {
  const wanted = canary.names === canary.lead && canary.lead !== stable.lead && ready(canary) > 0 ? weight : 0;
  const whole = world.replicas - world.unavailable;
  const borne = (pods: number) => (whole <= 0 ? 100 : Math.min(100, Math.ceil((100 * pods) / whole)));
  if (wanted > given) {
    if (shared) return Math.max(given, Math.min(wanted, borne(ready(canary))));
    return ready(canary) >= (world.goals.get(canary.lead) ?? 0) ? wanted : given;
  }
  if (wanted === given || ready(stable) === 0) return given;
  if (!shared) return wanted;
  // Fresh pods of it stand behind its Service too, and are on their way out.
  const stays = world.revisions.find(({ hash }) => hash === stable.lead)?.ready ?? 0;
  return Math.min(given, Math.max(wanted, 100 - borne(Math.min(ready(stable), stays))));
}

/** Ready endpoints of the revision that a Service is to lead to. */
function ready({ ready: endpoints, lead }: Backend): number {
  return endpoints.get(lead) ?? 0;
}
