/** What would make the pods slow, or slow to come up. */

import type { Container } from '../pod-template.ts';
import { nanoUnits } from '../quantity.ts';
import { containerRule, mainContainersOf, podRule, type Rule } from './rule.ts';

const LEAST_CPU_LIMIT = nanoUnits('100m') ?? 0n;
const LEAST_MEMORY_LIMIT = nanoUnits('32Mi') ?? 0n;
const SLOW_READINESS_SECONDS = 30;

const limit = (container: Container, resource: string): bigint | undefined =>
  nanoUnits(container.resources?.limits?.[resource] ?? '');

export const performance: readonly Rule[] = [
  podRule('no-room-to-roll', 'high', 'spec.strategy.rolling', ({ replicas, maxSurge, maxUnavailable }) =>
    replicas === 1 && isZero(maxSurge) && !isZero(maxUnavailable)
      ? 'the only pod goes before its successor is up; set strategy.rolling.maxSurge to 1'
      : undefined,
  ),
  containerRule('starved-memory', 'medium', mainContainersOf, (container) => {
    const memory = limit(container, 'memory');
    return memory !== undefined && memory < LEAST_MEMORY_LIMIT
      ? 'has less than 32Mi of memory and is likely to be killed under load; raise resources.limits.memory'
      : undefined;
  }),
  containerRule('throttled', 'medium', mainContainersOf, (container) => {
    const cpu = limit(container, 'cpu');
    return cpu !== undefined && cpu < LEAST_CPU_LIMIT
      ? 'is throttled below a tenth of a core; raise resources.limits.cpu or leave it out'
      : undefined;
  }),
  containerRule('no-cpu-request', 'medium', mainContainersOf, ({ resources }) =>
    resources?.requests?.['cpu'] === undefined && resources?.limits?.['cpu'] === undefined
      ? 'gets only the cpu that others leave; set resources.requests.cpu'
      : undefined,
  ),
  containerRule('slow-readiness', 'low', mainContainersOf, ({ readinessProbe }) =>
    (readinessProbe?.periodSeconds ?? 0) > SLOW_READINESS_SECONDS
      ? `is asked for readiness only every ${readinessProbe?.periodSeconds} s, which slows every roll-out; shorten periodSeconds`
      : undefined,
  ),
  containerRule('probe-overlap', 'low', mainContainersOf, (container) => {
    const overlapping = (['livenessProbe', 'readinessProbe', 'startupProbe'] as const).filter((name) => {
      const probe = container[name];
      return (probe?.timeoutSeconds ?? 1) > (probe?.periodSeconds ?? 10);
    });
    return overlapping.length === 0
      ? undefined
      : `may run ${overlapping.join(', ')} again before it ended; keep timeoutSeconds below periodSeconds`;
  }),
];

const isZero = (value: number | string | undefined): boolean => value === 0 || value === '0' || value === '0%';
