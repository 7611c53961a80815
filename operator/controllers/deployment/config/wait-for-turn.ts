import { timestamp } from '../../../core/conditions.ts';
import { type Decision, type Milliseconds, wait } from '../../../core/decision.ts';
import { shortHash } from '../../../core/hash.ts';
import type { Laws } from '../../../core/laws.ts';
import { type DeploymentObserved, isServing, stepState } from '../observed.ts';
import type { ConfigChange } from './observed-config.ts';

/** Who applies several objects changes one after another: what came together is delivered together. */
const SETTLES: Milliseconds = 3_000;
/** Between two starts, where so much time is. */
const APART: Milliseconds = 10_000;
/** The last one starts no later. */
const WINDOW: Milliseconds = 300_000;

/**
 * A change of nothing but config starts when it has settled. Many Deployments may name one ConfigMap: their deliveries of a
 * change start one after another (FL#1069), in an order that each knows by itself, so that the first ones can fail before the
 * last ones begin.
 */
export function waitForTurn(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  const { object, config, delivery, memory } = observed;
  if (config.change === undefined || delivery.retried || isServing(observed)) return undefined;
  if (stepState(observed, 'validate') === 'Done') return undefined;
  const { sharers } = config.change;
  const turn = turnOf(object.metadata.uid ?? '', sharers);
  const since = Date.parse(memory.plan?.startedAt ?? '') || laws.now;
  const until = since + SETTLES + turn * Math.min(APART, Math.floor((WINDOW - SETTLES) / Math.max(1, sharers.length)));
  if (laws.now >= until) return undefined;
  const retry = 'a new value of the annotation code-engine.dev/retry starts it now';
  const starts = `starts at ${timestamp(until)}`;
  const what = toldChange(config.change);
  return turn === 0
    ? wait('ConfigSettling', `${what} changed; its delivery ${starts}, once nothing else changes; ${retry}`, until)
    : wait(
        'WaitingForTurn',
        `${what} changed for ${sharers.length} Deployments, which take turns: this one ${starts}; ${retry}`,
        until,
      );
}

function toldChange({ changed }: ConfigChange): string {
  const shown = changed.slice(0, TOLD_AT_MOST).map(({ kind, name }) => `${kind} ${name}`);
  if (shown.length === 0) return 'what is read live';
  return `${shown.join(', ')}${changed.length > TOLD_AT_MOST ? ` and ${changed.length - TOLD_AT_MOST} more` : ''}`;
}

const TOLD_AT_MOST = 5;

/** From 0, by a hash of the UID: names of one team must not go first for ever. */
function turnOf(uid: string, sharers: readonly string[]): number {
  const own = shortHash(uid);
  return sharers.filter((other) => shortHash(other) < own).length;
}
