import type { MetricStatus } from '../../../api/generated/deployment.ts';
import { type Combined, combine, type JudgedMetric } from '../../../core/analysis/combine.ts';
import type { MetricVerdict } from '../../../core/analysis/judgement.ts';
import type { DeploymentObserved } from '../observed.ts';

/** What all that this delivery measured says together, by what status remembers: of each metric its last verdict. */
export function analysisOutcome({ memory, delivery }: DeploymentObserved): Combined {
  const { analysis } = delivery.plan;
  const isMuted = (name: string) => analysis?.metrics.find((metric) => metric.name === name)?.muted ?? false;
  const judged = (memory.analysis ?? []).map((known): JudgedMetric => {
    const { metric: name, samples = 0 } = known;
    const judgement = { verdict: lastVerdict(known), final: true, message: lastWords(known), samples };
    return { name, muted: isMuted(name), judgement };
  });
  return combine(judged, analysis ?? {});
}

/** The numbers of a step that only watched are not those of the verdict. */
function lastWords({ verdict, earlierVerdict, message = '' }: MetricStatus): string {
  return isOpen(verdict) && earlierVerdict !== undefined ? 'as an earlier step found' : message;
}

const isOpen = (verdict: MetricStatus['verdict']): verdict is 'Measuring' | 'Cancelled' =>
  verdict === 'Measuring' || verdict === 'Cancelled';

/** A later step that only watched does not undo what an earlier one came to. */
function lastVerdict({ verdict, earlierVerdict }: MetricStatus): MetricVerdict {
  return isOpen(verdict) ? (earlierVerdict ?? 'Undecided') : verdict;
}
