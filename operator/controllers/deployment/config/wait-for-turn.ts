import { timestamp } from '../../../core/conditions.ts';
import { type Decision, type Milliseconds, wait } from '../../../core/decision.ts';
import { shortHash } from '../../../core/hash.ts';
import type { Laws } from '../../../core/laws.ts';
import { type DeploymentObserved, isServing, stepState } from '../observed.ts';

/** Between two starts, where so much time is. */
const APART: Milliseconds = 10_000;
/** The last one starts no later. */
const WINDOW: Milliseconds = 300_000;

/**
 * Many Deployments may name one ConfigMap: their deliveries of a change start one after another (FL#1069), in an order that
 * each knows by itself, so that the first ones can fail before the last ones begin.
 */
export function waitForTurn(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  const { object, config, delivery, memory } = observed;
  if (config.change === undefined || delivery.retried || isServing(observed)) return undefined;
  if (stepState(observed, 'validate') === 'Done') return undefined;
  const { changed, sharers } = config.change;
  const turn = turnOf(object.metadata.uid ?? '', sharers);
  const since = Date.parse(memory.plan?.startedAt ?? '') || laws.now;
  const until = since + turn * Math.min(APART, Math.floor(WINDOW / Math.max(1, sharers.length)));
  if (laws.now >= until) return undefined;
  const what = changed.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return wait(
    'WaitingForTurn',
    `${what} changed for ${sharers.length} Deployments, which take turns: this one starts at ${timestamp(until)}; a new value of the annotation code-engine.dev/retry starts it now`,
    until,
  );
}

/** From 0, by a hash of the UID: names of one team must not go first for ever. */
function turnOf(uid: string, sharers: readonly string[]): number {
  const own = shortHash(uid);
  return sharers.filter((other) => shortHash(other) < own).length;
}
