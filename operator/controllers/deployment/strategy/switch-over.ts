import { act, type Decision, wait } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import { reject } from '../delivery/reject.ts';
import { type DeploymentObserved, replicasWanted } from '../observed.ts';
import { directTraffic } from '../traffic/direct-traffic.ts';
import { inForce } from '../traffic/in-force.ts';
import type { Place } from './place.ts';
import { told } from './told.ts';

/** Sends all traffic to the desired revision, whose pods stand, in one write; over when the endpoints show it. */
export function switchOver(observed: DeploymentObserved, place: Place, laws: Laws): Decision | undefined {
  const { revision, progressDeadlineSeconds } = observed.delivery.plan;
  const where = told(observed, place);
  const [first, ...rest] = directTraffic(observed, revision);
  if (first !== undefined)
    return act('SwitchingTraffic', `${where}: switching to revision ${revision}`, first, ...rest);
  const carrying = inForce(observed);
  const over = carrying.has(revision) && carrying.size === 1;
  if (over || replicasWanted(observed) === 0) return undefined;
  const message = `${where}: the endpoints do not show revision ${revision} alone`;
  const deadline = (place.startedAt ?? laws.now) + progressDeadlineSeconds * 1000;
  if (laws.now >= deadline) return reject(observed, laws, { reason: 'EndpointsMissing', message });
  return wait('SwitchingTraffic', `${message} yet`, deadline);
}
