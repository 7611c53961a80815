import type { KubeObject } from '../../../../api/objects.ts';
import { hashedName, shortHash } from '../../../../core/hash.ts';
import type { DeploymentObserved } from '../../observed.ts';
import { metricJob } from './metric-job.ts';

/** One pod of each Job that measures, for the dry run only: a Job whose pods nobody lets in would just never end. */
export function jobPods(observed: DeploymentObserved): readonly KubeObject[] {
  const { object, namespace, delivery } = observed;
  return (delivery.plan.analysis?.metrics ?? []).flatMap((metric): readonly KubeObject[] => {
    const made = metric.provider.job === undefined ? undefined : metricJob(observed, metric);
    if (made?.ok !== true) return [];
    const name = hashedName(object.metadata.name, shortHash({ metric: metric.name, dryRun: true }));
    const { spec } = made.value.spec.template;
    return [{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec } as KubeObject]; // border: a pod by its template
  });
}
