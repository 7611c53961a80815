import { reasons } from '../../../api/conditions.ts';
import type { Deployment } from '../../../api/generated/deployment.ts';
import { type Decision, type Milliseconds, wait } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import type { DeploymentObserved } from '../observed.ts';
import { standingOf } from './standing-of.ts';

/** From the moment that a place in line is stored until everybody's cache shows it; times in status are whole seconds. */
const SEEN_BY_ALL: Milliseconds = 2_000;

/**
 * Is there room under the Tenant's `deliveries.concurrent`? A delivery first stores its place in line, and goes once it was
 * there long enough for all to have seen it: those under way count, and those before it in line, so that whoever looks comes
 * to the same order. Only a cache that is late by seconds could let one more go.
 */
export function waitForSlot(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  const { object, tenant, order } = observed;
  const most = tenant?.spec.deliveries?.concurrent;
  if (most === undefined) return undefined;
  const limit = `Tenant ${tenant?.metadata.name} lets ${most} deliveries go on at once`;
  const own = placeInLine(object);
  if (own === undefined) {
    return wait(reasons.waitingForSlot, `${limit}: taking a place in line`, laws.now + SEEN_BY_ALL);
  }
  const underWay = order.rivals.filter((other) => standingOf(other).rollingOut).length;
  const ahead = order.rivals.filter((other) => (placeInLine(other) ?? own) < own).length;
  const seen = Date.parse(own.split(' ')[0] ?? '') + SEEN_BY_ALL;
  if (underWay + ahead < most && laws.now >= seen) return undefined;
  const message = `${limit}: ${underWay} under way, ${ahead} in line before this one`;
  return laws.now < seen ? wait(reasons.waitingForSlot, message, seen) : wait(reasons.waitingForSlot, message);
}

/** When it took its place, and its name where two did in one second; `undefined` for one that stands in no line. */
function placeInLine({ metadata, status }: Deployment): string | undefined {
  const waits = status?.conditions?.some(({ type, reason }) => type === 'Ready' && reason === reasons.waitingForSlot);
  const since = status?.steps?.find(({ name }) => name === 'prepare')?.startedAt;
  return waits === true && since !== undefined ? `${since} ${metadata.namespace ?? ''}/${metadata.name}` : undefined;
}
