import type { Metric } from '../../../api/generated/deployment.ts';
import type { FrozenPlan } from '../delivery/frozen-plan.ts';
import { weightAt } from '../strategy/place.ts';
import { stepsOf } from '../strategy/steps-of.ts';

const PODS = /\{\{\s*pods\s*\}\}/;

/** Why a metric cannot compare with fresh pods; `undefined` where it can, or does not want to. */
export function freshMistake(plan: FrozenPlan, { name, provider, compare }: Metric): string | undefined {
  if (compare?.to !== 'freshBaseline') return undefined;
  const asks = `metric ${name}: compare.to freshBaseline`;
  if (plan.strategy?.type !== 'Canary') {
    return `${asks} needs spec.strategy.canary, where a canary stands beside what serves; use it, or set compare.to to baseline`;
  }
  if (!PODS.test(provider.prometheus?.query ?? '')) {
    return `${asks} needs {{pods}} in provider.prometheus.query, as in {pod=~"{{pods}}"}: both run one revision, and only the names of fresh pods tell them from those that serve`;
  }
  const steps = stepsOf(plan);
  const alone = steps.findIndex((step, index) => {
    const weight = weightAt(steps, index);
    return 'analyse' in step && step.analyse?.metrics.includes(name) === true && (weight <= 0 || weight >= 100);
  });
  return alone < 0
    ? undefined
    : `${asks} has nothing to compare in step ${alone + 1} of spec.strategy.canary.steps, at weight ${weightAt(steps, alone)}; put that step after a weight from 1 to 99`;
}
