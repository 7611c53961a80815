import { timestamp } from '../../../core/conditions.ts';
import { act, type Decision, done, unproven, wait } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import type { Step } from '../../../core/room.ts';
import { type AfterPromotion, afterPromotion, isAnalysedAfter } from '../analysis/after-promotion.ts';
import { analysisOutcome } from '../analysis/outcome.ts';
import { verdictNow } from '../analysis/verdict-now.ts';
import { untilNextLook } from '../analysis/watch.ts';
import { watchedMetrics } from '../analysis/watched-metrics.ts';
import { reject } from '../delivery/reject.ts';
import { type DeploymentObserved, rejectionOf, wasPromotedHere } from '../observed.ts';
import { record } from '../records.ts';
import { askPerson } from '../strategy/analyse.ts';
import { promoteToken } from '../strategy/promote-token.ts';

/**
 * Did the metrics show that the revision is good, to the end of the time after its promotion? Only a Pass is a yes. The
 * questions themselves are asked by the roll-out, which looks at every moment.
 */
export const analyse: Step<DeploymentObserved> = {
  name: 'analyse',
  condition: 'Analysed',
  decide(observed, laws) {
    if (observed.delivery.plan.analysis === undefined) {
      return unproven('NothingToAnalyse', 'spec.analysis names no metric');
    }
    if (!wasPromotedHere(observed))
      return unproven('AlreadyServing', 'the revision serves already: nothing is measured');
    const after = afterPromotion(observed);
    return after !== undefined && isAnalysedAfter(observed) ? measure(observed, after, laws) : ended(observed);
  },
  failed(observed) {
    const { reason, message = '' } = rejectionOf(observed) ?? {};
    return reason?.startsWith('Analysis') === true ? { reason, message } : undefined;
  },
};

function measure(observed: DeploymentObserved, { until }: AfterPromotion, laws: Laws): Decision {
  const where = 'after the promotion';
  if (watchedMetrics(observed).length === 0) return over(laws, `${where}: there are no pods to measure`, false);
  const { verdict, next, message } = verdictNow(observed, laws.now);
  const told = `${where}: ${message}`;
  if (laws.now < until && next !== 'roll-back') {
    return untilNextLook(observed, wait('Analysing', `${told}; watching until ${timestamp(until)}`, until));
  }
  switch (next) {
    case 'roll-back':
      return reject(observed, laws, { reason: verdict === 'Fail' ? 'AnalysisFailed' : `Analysis${verdict}`, message });
    case 'hold':
      return reject(observed, laws, { reason: 'AnalysisInconclusive', message });
    case 'go-on':
      return over(laws, told, verdict !== 'Skipped');
    case 'ask': {
      const token = promoteToken(observed);
      return token === undefined
        ? askPerson(observed, laws, { until, message: told })
        : over(laws, `${told}; the annotation code-engine.dev/promote goes on`, true, token);
    }
  }
}

function over({ now }: Laws, message: string, shown: boolean, promote?: string): Decision {
  const end = { kind: 'analysed', at: timestamp(now), shown, ...(promote === undefined ? {} : { promote }) } as const;
  return act('Analysing', message, record(end));
}

function ended(observed: DeploymentObserved): Decision {
  const { verdict, message } = analysisOutcome(observed);
  if (verdict === 'Pass') return done('AnalysisPassed', message);
  return unproven(verdict === 'Undecided' ? 'AnalysisCancelled' : `Analysis${verdict}`, message);
}
