import { labels } from '../../../api/names.ts';
import type { Action } from '../../../core/action.ts';
import { podLabels } from '../build/pod-template.ts';
import { service } from '../build/service.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';
import { leadsTo } from './leads-to.ts';

/** The write that lets a Service select the pods of one revision, guarded by the version that was read; none where it does. */
export function pointService(observed: DeploymentObserved, name: string, revision: string): readonly Action[] {
  const { object, delivery, namespace } = observed;
  const as = tenantIdentity(observed);
  const found = observed.services.find(({ metadata }) => metadata.name === name);
  if (found === undefined) {
    return [{ type: 'create-object', object: service(object, delivery.plan, name, revision), as }];
  }
  const selector = podLabels(object.metadata.name, revision);
  const label = { [labels.deployment]: selector[labels.deployment] };
  const labelled = found.metadata.labels?.[labels.deployment] === label[labels.deployment];
  if (labelled && leadsTo(found) === revision) return [];
  const others = Object.keys(found.spec.selector ?? {}).filter((key) => !Object.hasOwn(selector, key));
  return [
    {
      type: 'patch-object',
      target: { resource: 'Service', namespace, name },
      resourceVersion: found.metadata.resourceVersion ?? '',
      // Without its label neither the Service nor its endpoints would be watched.
      patch: {
        metadata: { labels: label },
        spec: { selector: { ...selector, ...Object.fromEntries(others.map((key) => [key, null])) } },
      },
      as,
    },
  ];
}
