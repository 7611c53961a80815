/** What the planned pods reserve and whether anybody can tell what they cost. */

import type { Container } from '../pod-template.ts';
import { nanoUnits } from '../quantity.ts';
import { containerRule, mainContainersOf, type PlannedPods, podRule, type Rule } from './rule.ts';

const NANO = 1_000_000_000n;
const GIBIBYTE = 1024n ** 3n;
/** Above these totals a person should look before the money is spent. */
const CORES_TO_ASK_ABOUT = 64n;
const GIBIBYTES_TO_ASK_ABOUT = 256n;
const CORES_OF_A_LARGE_POD = 16n;
const LIMIT_TO_REQUEST = 10n;

const amount = (container: Container, part: 'requests' | 'limits', resource: string): bigint =>
  nanoUnits(container.resources?.[part]?.[resource] ?? '') ?? 0n;

/** A request that is absent is its limit, as the API server defaults it. */
const requested = (container: Container, resource: string): bigint =>
  amount(container, 'requests', resource) || amount(container, 'limits', resource);

const ofPod = ({ pod }: PlannedPods, resource: string): bigint =>
  (pod.containers ?? []).reduce((sum, container) => sum + requested(container, resource), 0n);

const ofAll = (planned: PlannedPods, resource: string): bigint => ofPod(planned, resource) * BigInt(planned.replicas);

export const cost: readonly Rule[] = [
  podRule('many-cores', 'high', 'spec.replicas', (planned) => {
    const cores = ofAll(planned, 'cpu') / NANO;
    return cores > CORES_TO_ASK_ABOUT
      ? `${planned.replicas} pods reserve ${cores} cores together; lower requests or replicas, or let a person approve it`
      : undefined;
  }),
  podRule('much-memory', 'high', 'spec.replicas', (planned) => {
    const gibibytes = ofAll(planned, 'memory') / NANO / GIBIBYTE;
    return gibibytes > GIBIBYTES_TO_ASK_ABOUT
      ? `${planned.replicas} pods reserve ${gibibytes} GiB together; lower requests or replicas, or let a person approve it`
      : undefined;
  }),
  podRule('large-pod', 'medium', 'spec.containers', (planned) => {
    const cores = ofPod(planned, 'cpu') / NANO;
    return cores > CORES_OF_A_LARGE_POD
      ? `one pod reserves ${cores} cores and needs a node that large; several smaller pods pack better`
      : undefined;
  }),
  containerRule('no-request', 'medium', mainContainersOf, (container) =>
    requested(container, 'cpu') === 0n && requested(container, 'memory') === 0n
      ? 'reserves nothing, so nobody can plan or charge it; set resources.requests'
      : undefined,
  ),
  containerRule('wide-limit', 'low', mainContainersOf, (container) => {
    const wide = ['cpu', 'memory'].filter((resource) => {
      const request = amount(container, 'requests', resource);
      return request > 0n && amount(container, 'limits', resource) > request * LIMIT_TO_REQUEST;
    });
    return wide.length === 0
      ? undefined
      : `may use more than ${LIMIT_TO_REQUEST} times the ${wide.join(' and ')} it reserves; bring limit and request closer`;
  }),
];
