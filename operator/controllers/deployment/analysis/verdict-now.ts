import { type Combined, combine, type JudgedMetric } from '../../../core/analysis/combine.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import type { DeploymentObserved } from '../observed.ts';
import { metricMemory, timeOver } from './metric-memory.ts';
import { isUncompared, UNCOMPARED } from './uncompared.ts';
import { watchedMetrics } from './watched-metrics.ts';

/** What the metrics say together in this strategy step, by what status remembers of the last look; of the named ones, or of all. */
export function verdictNow(observed: DeploymentObserved, now: Milliseconds, names?: readonly string[]): Combined {
  const watched = watchedMetrics(observed).filter(({ name }) => names === undefined || names.includes(name));
  const judged = watched.map((metric): JudgedMetric => {
    const { name, muted = false } = metric;
    const known = metricMemory(observed, name);
    const over = timeOver(observed, name);
    const verdict =
      known === undefined || known.verdict === 'Measuring' || known.verdict === 'Cancelled'
        ? 'Undecided'
        : known.verdict;
    const final = verdict === 'Fail' || (over !== undefined && now >= over);
    const { message = isUncompared(observed, metric) ? UNCOMPARED : 'was not measured yet', samples = 0 } = known ?? {};
    return { name, muted, judgement: { verdict, final, message, samples } };
  });
  return combine(judged, observed.delivery.plan.analysis ?? {});
}
