import { act, type Decision } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import { reject } from '../delivery/reject.ts';
import type { DeploymentObserved } from '../observed.ts';
import { isMeasured } from './after-promotion.ts';
import { runJobs } from './jobs/run-jobs.ts';
import { look, nextLookOfAll } from './look.ts';
import { endUncompared } from './uncompared.ts';
import { verdictNow } from './verdict-now.ts';
import { watchedMetrics } from './watched-metrics.ts';

/** What the metrics ask for from the first pod to the end of the time after the promotion, waits included: a breach goes back, a question that is due is asked. */
export function watch(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  if (!isMeasured(observed) || watchedMetrics(observed).length === 0) return undefined;
  const { verdict, message } = verdictNow(observed, laws.now);
  if (verdict === 'Fail') return reject(observed, laws, { reason: 'AnalysisFailed', message });
  const [first, ...rest] = [
    ...look(observed, laws.now),
    ...runJobs(observed, laws.now),
    ...endUncompared(observed, laws.now),
  ];
  return first && act('Analysing', 'reading metrics', first, ...rest);
}

/** The decision, waiting no longer than to the next look. */
export function untilNextLook(observed: DeploymentObserved, decision: Decision): Decision {
  const next = isMeasured(observed) ? nextLookOfAll(observed) : undefined;
  if (decision.kind !== 'wait' || next === undefined) return decision;
  return { ...decision, until: Math.min(next, decision.until ?? next) };
}
