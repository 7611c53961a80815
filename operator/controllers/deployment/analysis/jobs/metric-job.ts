import type { Metric } from '../../../../api/generated/deployment.ts';
import { labels } from '../../../../api/names.ts';
import { type Resolved, resolveArguments } from '../../../../core/analysis/resolve-query.ts';
import { timestamp } from '../../../../core/conditions.ts';
import { parseDuration } from '../../../../core/duration.ts';
import { hashedName, shortHash } from '../../../../core/hash.ts';
import { ownerReference } from '../../build/owner-reference.ts';
import { podLabels } from '../../build/pod-template.ts';
import type { Job } from '../../cluster-objects.ts';
import type { DeploymentObserved } from '../../observed.ts';
import { metricMemory } from '../metric-memory.ts';
import { sidesOf } from '../watched-metrics.ts';
import { windowStart } from '../window-start.ts';

const USUAL_TIMEOUT = '5m';
/** What is done with needs no more than a look at its log. */
const KEPT_SECONDS = 3_600;

/** Of the next measurement: the last one is part of the name, so whoever makes it again makes the same. */
export function metricJobName(observed: DeploymentObserved, metric: Metric): string {
  const { object, delivery } = observed;
  const last = metricMemory(observed, metric.name)?.measurements?.at(-1)?.at ?? '';
  const window = timestamp(windowStart(observed) ?? 0);
  return hashedName(
    `${object.metadata.name}-${metric.name}`,
    shortHash({ delivery: delivery.id, metric: metric.name, window, last }),
  );
}

/**
 * The Job of the next measurement: once, in time, as a restricted pod that no Service selects and that holds no token.
 * @returns a sentence for people where a template cannot be resolved, which no time will change
 */
export function metricJob(observed: DeploymentObserved, metric: Metric): Resolved<Job> {
  const { object, namespace, delivery } = observed;
  const { image = '', command, arguments: args, timeout = USUAL_TIMEOUT } = metric.provider.job ?? {};
  const words = resolveArguments(
    { ...(command === undefined ? {} : { command }), ...(args === undefined ? {} : { args }) },
    sidesOf(observed).desired,
  );
  if (!words.ok) return words;
  const { plan } = delivery;
  return {
    ok: true,
    value: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: metricJobName(observed, metric),
        namespace,
        labels: { ...podLabels(object.metadata.name, plan.revision), [labels.plan]: plan.hash },
        ownerReferences: [ownerReference(object)],
      },
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: Math.ceil((parseDuration(timeout) ?? 0) / 1000),
        ttlSecondsAfterFinished: KEPT_SECONDS,
        template: { metadata: {}, spec: { ...restricted, containers: [{ ...container, image, ...words.value }] } },
      },
    },
  };
}

const restricted = {
  restartPolicy: 'Never',
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
} as const;

const container = {
  name: 'measure',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
} as const;
