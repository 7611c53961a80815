import { planQueries } from '../../../core/analysis/plan-queries.ts';
import { act, type Decision, type Milliseconds, stuck, wait } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import { startDeadline } from '../delivery/start-deadline.ts';
import { type DeploymentObserved, tenantIdentity } from '../observed.ts';
import { QUERY_TIMEOUT } from './look.ts';
import { sidesOf } from './watched-metrics.ts';

/** No event tells that a provider is back. */
const LOOK_AGAIN: Milliseconds = 15_000;

/**
 * Can the metrics of a plan be asked? Each is, once, before the plan is frozen: a question that is wrong is told now and not
 * in the middle of a roll-out, and a provider that is out of reach is waited for. What it answers counts for nothing yet.
 */
export function probeMetrics(observed: DeploymentObserved, laws: Laws): Decision | undefined {
  const [first, ...rest] = questions(observed, laws.now);
  if (first === undefined) return undefined;
  if (observed.probes === undefined) return act('Validating', 'asking each metric once', first, ...rest);
  const told = observed.probes.flatMap(({ metric, reading }) =>
    reading.kind === 'error' && reading.cause !== undefined
      ? [{ cause: reading.cause, message: `spec.analysis.metrics: metric ${metric}: ${reading.message}` }]
      : [],
  );
  const mistake = told.find(({ cause }) => cause === 'question');
  if (mistake !== undefined) {
    return stuck('MetricRefused', `${mistake.message}; correct it, or set the annotation code-engine.dev/retry`);
  }
  const [unreachable] = told;
  return unreachable && hold(observed, laws, unreachable.message);
}

function hold(observed: DeploymentObserved, { now }: Laws, message: string): Decision | undefined {
  const { plan } = observed.delivery;
  // What measures nothing may do so from the start.
  if (plan.analysis?.onError === 'Pass') return undefined;
  const deadline = startDeadline(observed, now);
  if (now < deadline) return wait('MetricUnreachable', message, Math.min(deadline, now + LOOK_AGAIN));
  const next = 'mend it, then set the annotation code-engine.dev/retry to a new value';
  return stuck('MetricUnreachable', `${message}; it was waited for ${plan.progressDeadlineSeconds} s: ${next}`);
}

/** Of what counts, of desired: the baseline is asked the same. A tool may need what is not there yet, a Job is no question. */
function questions(observed: DeploymentObserved, now: Milliseconds) {
  const { desired } = sidesOf(observed);
  return (observed.delivery.plan.analysis?.metrics ?? []).flatMap((metric) => {
    const { prometheus, web } = metric.provider;
    if (metric.muted === true || (prometheus ?? web) === undefined) return [];
    const planned = planQueries(metric, { desired, baseline: desired }, { startedAt: now, now });
    const query = planned.ok ? planned.value.find(({ side }) => side === 'desired') : undefined;
    if (query === undefined) return [];
    const as = tenantIdentity(observed);
    return [{ type: 'query-metric', ...query, timeout: QUERY_TIMEOUT, as } as const];
  });
}
