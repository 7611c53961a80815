import type { MetricStatus } from '../../../api/generated/deployment.ts';
import { type Combined, combine, type JudgedMetric } from '../../../core/analysis/combine.ts';
import type { MetricVerdict } from '../../../core/analysis/judgement.ts';
import type { DeploymentObserved } from '../observed.ts';

/** What all that this delivery measured says together, by what status remembers: of each metric its last verdict. */
export function analysisOutcome({ memory, delivery }: DeploymentObserved): Combined {
  const { analysis } = delivery.plan;
  const isMuted = (name: string) => analysis?.metrics.find((metric) => metric.name === name)?.muted ?? false;
  const judged = (memory.analysis ?? []).map((known): JudgedMetric => {
    const { metric: name, message = '', samples = 0 } = known;
    return { name, muted: isMuted(name), judgement: { verdict: lastVerdict(known), final: true, message, samples } };
  });
  return combine(judged, analysis ?? {});
}

/** A later step that only watched does not undo what an earlier one came to. */
function lastVerdict({ verdict, earlierVerdict }: MetricStatus): MetricVerdict {
  if (verdict !== 'Measuring' && verdict !== 'Cancelled') return verdict;
  return earlierVerdict ?? 'Undecided';
}
