import type { Traffic } from './world.ts';

/**
 * The canary Service goes over to another revision only while nothing reaches it through the route; all the same where what
 * serves has lost all of its pods, since a broken one must not block its fix.
 */
export function isIdle({ stable, canary, route, shared }: Traffic): boolean {
  if (route?.given === undefined || canary.names === undefined) return true;
  if (route.given === 0 && route.inForce === 0) return true;
  const behind = canary.ready.get(canary.names) ?? 0;
  return behind === 0 || (!shared && (stable.ready.get(stable.lead) ?? 0) === 0);
}
