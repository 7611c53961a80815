import { timestamp } from '../../../core/conditions.ts';
import { type Decision, wait } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import { timeOver } from '../analysis/metric-memory.ts';
import { verdictNow } from '../analysis/verdict-now.ts';
import { watchedMetrics } from '../analysis/watched-metrics.ts';
import { reject } from '../delivery/reject.ts';
import type { DeploymentObserved } from '../observed.ts';
import type { Place } from './place.ts';
import { told } from './told.ts';

/** Do the named metrics say that the revision may go on? With `for` they are watched to its end, else to their first verdict. */
export function analyse(observed: DeploymentObserved, place: Place, laws: Laws): Decision | undefined {
  const { metrics = [], for: length } = ('analyse' in place.step ? place.step.analyse : undefined) ?? {};
  const watched = watchedMetrics(observed).filter(({ name }) => metrics.includes(name));
  if (watched.length === 0) return undefined;
  const where = told(observed, place);
  const { verdict, next, message } = verdictNow(observed, laws.now, metrics);
  const until = timeOver(observed, metrics[0] ?? '') ?? laws.now;
  switch (next) {
    case 'roll-back':
      return reject(observed, laws, { reason: verdict === 'Fail' ? 'AnalysisFailed' : `Analysis${verdict}`, message });
    case 'go-on':
      if (length === undefined || laws.now >= until) return undefined;
      return wait('Analysing', `${where}: ${message}; watching until ${timestamp(until)}`, until);
    case 'hold':
      return laws.now < until
        ? wait('Analysing', `${where}: ${message}`, until)
        : reject(observed, laws, { reason: 'AnalysisInconclusive', message });
    case 'ask':
      return askPerson(observed, laws, { until, message: `${where}: ${message}` });
  }
}

/** Nobody but a person can decide; a question without an answer goes back after the progress deadline. */
export function askPerson(
  observed: DeploymentObserved,
  laws: Laws,
  { until, message }: { readonly until: number; readonly message: string },
): Decision {
  const expires = until + observed.delivery.plan.progressDeadlineSeconds * 1000;
  if (laws.now >= expires) return reject(observed, laws, { reason: 'AnalysisInconclusive', message });
  const how = `a new value of the annotation code-engine.dev/promote goes on, code-engine.dev/abort goes back; it goes back by itself at ${timestamp(expires)}`;
  return wait('WaitingForDecision', `${message}; ${how}`, expires);
}
