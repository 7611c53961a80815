import { labels } from '../../../api/names.ts';
import type { Action } from '../../../core/action.ts';
import type { Service } from '../cluster-objects.ts';
import { type DeploymentObserved, replicasWanted, tenantIdentity } from '../observed.ts';
import { revisionOf } from '../rollout/revision-of.ts';
import { blueGreenOf } from './blue-green-of.ts';
import { forgottenRoutes } from './forgotten-routes.ts';
import { namedServices } from './named-services.ts';
import { pointService } from './point-service.ts';

/**
 * The writes that send the traffic of the active Service to one revision and show the desired one behind the preview: one
 * write a Service, guarded by the version that was read. What no strategy needs any more is let go of: a Service carries all
 * pods again. The traffic of a canary is the planner's.
 */
export function directTraffic(observed: DeploymentObserved, active: string | undefined): readonly Action[] {
  const named = namedServices(observed);
  const released = observed.services.filter(({ metadata }) => !named.includes(metadata.name));
  const forgotten = [...released.flatMap((one) => letGo(observed, one)), ...forgottenRoutes(observed)];
  const { activeService, previewService } = blueGreenOf(observed) ?? {};
  const { revision } = observed.delivery.plan;
  const shown = observed.replicaSets.some((one) => revisionOf(one) === revision);
  return [
    ...(activeService !== undefined && active !== undefined && canCarry(observed, active)
      ? pointService(observed, activeService, active)
      : []),
    ...(previewService !== undefined && shown ? pointService(observed, previewService, revision) : []),
    ...forgotten,
  ];
}

/** Traffic goes to nobody who cannot take it, unless nobody can. */
function canCarry(observed: DeploymentObserved, revision: string): boolean {
  const available = (hash: string) =>
    observed.replicaSets.find((one) => revisionOf(one) === hash)?.status?.availableReplicas ?? 0;
  const others = observed.replicaSets.map(revisionOf).filter((hash) => hash !== revision);
  return replicasWanted(observed) === 0 || available(revision) > 0 || others.every((hash) => available(hash) === 0);
}

function letGo(observed: DeploymentObserved, { metadata, spec }: Service): readonly Action[] {
  if (spec.selector?.[labels.revision] === undefined) return [];
  const selector = { [labels.revision]: null };
  return [
    {
      type: 'patch-object',
      target: { resource: 'Service', namespace: observed.namespace, name: metadata.name },
      resourceVersion: metadata.resourceVersion ?? '',
      patch: { spec: { selector } },
      as: tenantIdentity(observed),
    },
  ];
}
