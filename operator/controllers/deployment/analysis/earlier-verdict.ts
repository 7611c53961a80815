import type { MetricStatus } from '../../../api/generated/deployment.ts';
import type { DeploymentObserved } from '../observed.ts';
import { metricMemory } from './metric-memory.ts';

/** The last verdict that the metric came to before this window: what a later step only watches does not undo it. */
export function earlierVerdict(observed: DeploymentObserved, name: string): MetricStatus['earlierVerdict'] {
  const before = observed.memory.analysis?.find(({ metric }) => metric === name);
  if (before === undefined || metricMemory(observed, name) !== undefined) return before?.earlierVerdict;
  const { verdict, earlierVerdict: known } = before;
  return verdict === 'Measuring' || verdict === 'Cancelled' ? known : verdict;
}
