import { labels } from '../../../api/names.ts';
import type { Action } from '../../../core/action.ts';
import { podLabels } from '../build/pod-template.ts';
import { service } from '../build/service.ts';
import type { Service } from '../cluster-objects.ts';
import { type DeploymentObserved, replicasWanted, tenantIdentity } from '../observed.ts';
import { revisionOf } from '../rollout/revision-of.ts';
import { blueGreenOf } from './blue-green-of.ts';

/**
 * The writes that send the traffic of the active Service to one revision and show the desired one behind the preview: one
 * write a Service, guarded by the version that was read. A Service that no strategy needs any more carries all pods again.
 */
export function directTraffic(observed: DeploymentObserved, active: string | undefined): readonly Action[] {
  const strategy = blueGreenOf(observed);
  if (strategy === undefined) return observed.services.flatMap((one) => released(observed, one));
  const { activeService, previewService } = strategy;
  const { revision } = observed.delivery.plan;
  const shown = observed.replicaSets.some((one) => revisionOf(one) === revision);
  return [
    ...(active !== undefined && canCarry(observed, active) ? pointed(observed, activeService, active) : []),
    ...(previewService !== undefined && shown ? pointed(observed, previewService, revision) : []),
  ];
}

/** Traffic goes to nobody who cannot take it, unless nobody can. */
function canCarry(observed: DeploymentObserved, revision: string): boolean {
  const available = (hash: string) =>
    observed.replicaSets.find((one) => revisionOf(one) === hash)?.status?.availableReplicas ?? 0;
  const others = observed.replicaSets.map(revisionOf).filter((hash) => hash !== revision);
  return replicasWanted(observed) === 0 || available(revision) > 0 || others.every((hash) => available(hash) === 0);
}

function pointed(observed: DeploymentObserved, name: string, revision: string): readonly Action[] {
  const { object, delivery, namespace } = observed;
  const as = tenantIdentity(observed);
  const found = observed.services.find(({ metadata }) => metadata.name === name);
  if (found === undefined) {
    return [{ type: 'create-object', object: service(object, delivery.plan, name, revision), as }];
  }
  const selector = podLabels(object.metadata.name, revision);
  const label = { [labels.deployment]: selector[labels.deployment] };
  const labelled = found.metadata.labels?.[labels.deployment] === label[labels.deployment];
  if (labelled && found.spec.selector?.[labels.revision] === revision) return [];
  return [
    {
      type: 'patch-object',
      target: { resource: 'Service', namespace, name },
      resourceVersion: found.metadata.resourceVersion ?? '',
      // Without its label neither the Service nor its endpoints would be watched.
      patch: { metadata: { labels: label }, spec: { selector } },
      as,
    },
  ];
}

function released(observed: DeploymentObserved, { metadata, spec }: Service): readonly Action[] {
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
