import { planQueries } from '../../../core/analysis/plan-queries.ts';
import type { DeploymentObserved } from '../observed.ts';
import { stepsOf } from '../strategy/steps-of.ts';
import { freshMistake } from './fresh-mistake.ts';
import { jobMistake } from './jobs/job-mistake.ts';
import { sidesOf } from './watched-metrics.ts';

/** Why the metrics of a plan cannot be asked, or a step waits for one that there is none of; `undefined` where all is well. */
export function analysisMistake(observed: DeploymentObserved): string | undefined {
  const { plan } = observed.delivery;
  const { metrics = [] } = plan.analysis ?? {};
  const { desired, baseline = desired } = sidesOf(observed);
  for (const metric of metrics) {
    if (metric.provider.job !== undefined) {
      const mistake = jobMistake(observed, metric);
      if (mistake !== undefined) return mistake;
      continue;
    }
    const planned = planQueries(metric, { desired, baseline, freshBaseline: baseline }, { startedAt: 0, now: 0 });
    const mistake = planned.ok ? freshMistake(plan, metric) : planned.message;
    if (mistake !== undefined) return `spec.analysis.metrics: ${mistake}`;
  }
  if (plan.analysis?.afterPromotion !== undefined && metrics.every(({ compare }) => compare !== undefined)) {
    return 'spec.analysis.afterPromotion has nothing to measure: after the promotion nothing else carries traffic to compare with; add a metric with threshold or remove it';
  }
  const known = new Set(metrics.map(({ name }) => name));
  const named = stepsOf(plan).flatMap((step) => ('analyse' in step ? (step.analyse?.metrics ?? []) : []));
  const unknown = named.find((name) => !known.has(name));
  return unknown === undefined
    ? undefined
    : `spec.strategy.canary.steps waits for metric ${unknown}, which spec.analysis.metrics does not name; add it or remove the step`;
}
