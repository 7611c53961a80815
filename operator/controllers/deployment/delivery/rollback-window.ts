import type { DeploymentSpec, DeploymentStatus } from '../../../api/generated/deployment.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import { parseDuration } from '../../../core/duration.ts';

/**
 * Did this revision serve inside `spec.rollback.window`? Then going back to it skips review, steps and analysis: it was
 * judged, and stood. The list is newest first, each with the time when it stopped serving.
 */
export function isInRollbackWindow(
  { rollback }: DeploymentSpec,
  revision: string,
  { revisions }: DeploymentStatus,
  now: Milliseconds,
): boolean {
  const { window } = rollback ?? {};
  if (window === undefined || revisions?.serving === revision) return false;
  const { previous = [] } = revisions ?? {};
  const place = previous.findIndex(({ hash }) => hash === revision);
  const served = previous[place];
  if (served === undefined || place >= (window.revisions ?? previous.length)) return false;
  const longest = window.duration === undefined ? undefined : parseDuration(window.duration);
  return longest === undefined || now - Date.parse(served.at) <= longest;
}
