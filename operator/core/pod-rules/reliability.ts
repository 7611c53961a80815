/** What would hurt users when a pod, a node or a roll-out goes wrong. */

import type { Container, Probe } from '../pod-template.ts';
import { nanoUnits } from '../quantity.ts';
import { containerRule, containersOf, mainContainersOf, podRule, type Rule } from './rule.ts';

const SECONDS_A_START_MAY_TAKE = 10;
const SPREAD_FROM_REPLICAS = 3;

/** `registry:5000/team/app` has no tag; `app:1.2`, `app@sha256:...` have one. */
const tagOf = (image: string): string | undefined => {
  if (image.includes('@')) return 'digest';
  const last = image.slice(image.lastIndexOf('/') + 1);
  return last.includes(':') ? last.slice(last.indexOf(':') + 1) : undefined;
};

const secondsUntilKilled = ({ initialDelaySeconds = 0, periodSeconds = 10, failureThreshold = 3 }: Probe): number =>
  initialDelaySeconds + periodSeconds * failureThreshold;

const takesAllAway = (maxUnavailable: number | string | undefined, replicas: number): boolean => {
  if (maxUnavailable === undefined) return false;
  const count =
    typeof maxUnavailable === 'number'
      ? maxUnavailable
      : Math.floor((Number.parseFloat(maxUnavailable) / 100) * replicas);
  return count >= replicas;
};

const lacks = (container: Container, part: 'requests' | 'limits', resource: string): boolean =>
  container.resources?.[part]?.[resource] === undefined;

export const reliability: readonly Rule[] = [
  podRule('no-grace', 'high', 'spec.terminationGracePeriodSeconds', ({ pod }) =>
    pod.terminationGracePeriodSeconds === 0
      ? 'is killed without a moment to finish requests (terminationGracePeriodSeconds 0); remove it or give it time'
      : undefined,
  ),
  podRule('all-unavailable', 'high', 'spec.strategy.rolling.maxUnavailable', ({ maxUnavailable, replicas }) =>
    replicas > 1 && takesAllAway(maxUnavailable, replicas)
      ? `a roll-out may take all ${replicas} pods away at once; lower strategy.rolling.maxUnavailable`
      : undefined,
  ),
  containerRule('liveness-before-start', 'high', mainContainersOf, ({ livenessProbe, startupProbe }) =>
    livenessProbe !== undefined &&
    startupProbe === undefined &&
    secondsUntilKilled(livenessProbe) < SECONDS_A_START_MAY_TAKE
      ? `is killed ${secondsUntilKilled(livenessProbe)} s after its start unless it answers; add a startupProbe`
      : undefined,
  ),
  containerRule('no-readiness', 'medium', mainContainersOf, ({ readinessProbe }) =>
    readinessProbe === undefined ? 'gets traffic before it can serve; add a readinessProbe' : undefined,
  ),
  containerRule('moving-tag', 'medium', containersOf, ({ image = '' }) => {
    const tag = tagOf(image);
    return tag === undefined || tag === 'latest'
      ? `runs ${image}, whose content can change between two pods; name a version or a digest`
      : undefined;
  }),
  containerRule('no-memory-limit', 'medium', mainContainersOf, (container) =>
    lacks(container, 'limits', 'memory') ? 'may take the memory of its node; set resources.limits.memory' : undefined,
  ),
  containerRule('no-memory-request', 'medium', mainContainersOf, (container) =>
    lacks(container, 'requests', 'memory') && lacks(container, 'limits', 'memory')
      ? 'is among the first to be evicted; set resources.requests.memory'
      : undefined,
  ),
  containerRule('same-probes', 'low', mainContainersOf, ({ livenessProbe, readinessProbe }) =>
    livenessProbe !== undefined && JSON.stringify(livenessProbe) === JSON.stringify(readinessProbe)
      ? 'is restarted for what should only take it out of traffic (liveness equals readiness); make liveness more patient'
      : undefined,
  ),
  podRule('single-replica', 'low', 'spec.replicas', ({ replicas }) =>
    replicas === 1 ? 'one pod is down while its node is; two or more survive it' : undefined,
  ),
  podRule('not-spread', 'low', 'spec.topologySpreadConstraints', ({ pod, replicas }) =>
    replicas >= SPREAD_FROM_REPLICAS &&
    (pod.topologySpreadConstraints ?? []).length === 0 &&
    pod.affinity?.podAntiAffinity === undefined
      ? `all ${replicas} pods may share a node; add topologySpreadConstraints`
      : undefined,
  ),
  podRule('unbounded-scratch', 'low', 'spec.volumes', ({ pod }) => {
    const names = (pod.volumes ?? [])
      .filter(({ emptyDir }) => emptyDir !== undefined && nanoUnits(emptyDir.sizeLimit ?? '') === undefined)
      .map(({ name = '?' }) => name);
    return names.length === 0 ? undefined : `emptyDir ${names.join(', ')} may fill the node's disk; set sizeLimit`;
  }),
];
