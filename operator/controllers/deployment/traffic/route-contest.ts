import { fieldManagers } from '../../../api/names.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import { owns } from '../../../core/edits.ts';
import type { HttpRoute } from '../cluster-objects.ts';
import type { DeploymentObserved } from '../observed.ts';
import { canaryTrafficOf } from './canary-traffic-of.ts';
import { heldRoute, isReset } from './held-route.ts';

const WINDOW: Milliseconds = 600_000;
/** The first may be a sync that was on its way; who does it twice means it. */
const AT_MOST = 2;

/** Resets that count against who makes them. */
export function recentResets(resets: readonly Milliseconds[], now: Milliseconds): readonly Milliseconds[] {
  return resets.filter((at) => now - at < WINDOW).slice(-AT_MOST);
}

/** Who writes the rules of Git's route while this delivery holds them, with what to do; `undefined` while nobody does it twice. */
export function routeContest(observed: DeploymentObserved, now: Milliseconds): string | undefined {
  const { name, found } = namedRoute(observed);
  const held = found && heldRoute(found);
  if (found === undefined || held === undefined || !isReset(found, held)) return undefined;
  if (recentResets(held.resets, now).length + 1 < AT_MOST) return undefined;
  const others = writers(found);
  const who = others.length === 0 ? 'somebody' : others.join(', ');
  return `HTTPRoute ${name}: ${who} wrote its rules ${AT_MOST} times within ${WINDOW / 60_000} minutes while weights were shifting; let the tool that syncs it leave its rules alone while ${fieldManagers.deployment} manages them (Argo CD: ignoreDifferences with managedFieldsManagers, and RespectIgnoreDifferences=true), or set httpRoute.generate instead of name`;
}

function namedRoute(observed: DeploymentObserved): { readonly name?: string; readonly found?: HttpRoute } {
  const name = canaryTrafficOf(observed)?.route?.name;
  const found = observed.routes.find(({ metadata }) => metadata.name === name);
  return { ...(name === undefined ? {} : { name }), ...(found === undefined ? {} : { found }) };
}

/** Git's tool stays a manager of what it declares, beside us or alone. */
function writers({ metadata }: HttpRoute): readonly string[] {
  const managing = (metadata.managedFields ?? []).filter(
    (entry) => entry.manager !== fieldManagers.deployment && owns(entry, 'spec.rules'),
  );
  return managing.map(({ manager = 'unknown' }) => manager);
}
