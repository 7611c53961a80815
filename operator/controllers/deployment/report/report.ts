import { reasons } from '../../../api/conditions.ts';
import type { DeploymentStatus, LabelSelector, ReviewStatus } from '../../../api/generated/deployment.ts';
import { annotations, labels } from '../../../api/names.ts';
import { userOf } from '../../../core/build-gate-input.ts';
import { bounded, timestamp } from '../../../core/conditions.ts';
import type { Laws } from '../../../core/laws.ts';
import { standingOf } from '../../../core/report.ts';
import { timeline } from '../../../core/timeline.ts';
import type { Trail } from '../../../core/trail.ts';
import { isMeasured } from '../analysis/after-promotion.ts';
import { decisiveReview } from '../approval/decisive-review.ts';
import { planName } from '../build/controller-revision.ts';
import { type FrozenConfig, isKnown } from '../delivery/frozen-config.ts';
import { childrenOf } from '../drift/children-of.ts';
import { givenUp } from '../notices/given-up.ts';
import { ledger } from '../notices/ledger.ts';
import { type DeploymentObserved, isRollingOut, keptPlan, replicasWanted, tenantIdentity } from '../observed.ts';
import { comparesFresh } from '../rollout/fresh-baseline.ts';
import { toldCounts } from '../rollout/told-counts.ts';
import { weightInForce } from '../rollout/weight-in-force.ts';
import { isAborted } from '../steps/roll-back.ts';
import { placeOf } from '../strategy/place.ts';
import { isAwaited } from '../strategy/promote-token.ts';
import { traceOf } from '../trace-of.ts';
import { blueGreenOf } from '../traffic/blue-green-of.ts';
import { canaryTrafficOf } from '../traffic/canary-traffic-of.ts';
import { DELIVERY_STEPS } from './delivery-steps.ts';
import { happenings, opensDelivery } from './happenings.ts';
import { phaseOf } from './phase.ts';
import { type Standing, stepStates } from './step-states.ts';

/** What the schema allows. */
const CONFIG_SHOWN = 100;

type Fields = Omit<DeploymentStatus, 'conditions' | 'observedGeneration' | 'gate'>;

/** The room's fields of status. Nothing in it moves while nothing happens, so that nothing is written (R33). */
export function report(observed: DeploymentObserved, trail: Trail, laws: Laws): Fields {
  const { object, memory, tenantName } = observed;
  const standing: readonly Standing[] = trail.standing.map((judgement) => ({
    judgement,
    ...standingOf(judgement, trail),
  }));
  const last = standing.at(-1);
  const message = last === undefined ? '' : standingOf(last.judgement, trail).message;
  const deleting = object.metadata.deletionTimestamp !== undefined;
  const steps = deleting ? (memory.steps ?? []) : stepStates(memory.steps ?? [], standing, laws.now);
  const { counts, until } = toldCounts(observed, laws.now);
  const step = strategyStep(observed, until !== undefined);
  const handled = handledVerbs(observed);
  const review = reviewOf(observed);
  const tools = toolsOf(observed, laws);
  const analysis = analysisOf(observed);
  const happened = happenings(observed, standing, message);
  const told = ledger(observed, happened, trail, laws);
  const story = [...happened.filter(({ silent }) => silent !== true), ...givenUp(observed, told.notifications)];
  return {
    phase: phaseOf(last, deleting),
    progress: progressOf(last, step),
    ready: `${counts.readyReplicas}/${replicasWanted(observed)}`,
    ...(tenantName === undefined ? {} : { tenant: tenantName }),
    identity: userOf(tenantIdentity(observed)),
    traceId: traceOf(observed),
    plan: planStatus(observed, counts.availableReplicas, laws),
    ...(step === undefined ? {} : { step }),
    revisions: revisionsOf(observed),
    ...counts,
    selector: selectorOf(observed),
    ...(handled === undefined ? {} : { handled }),
    ...(review === undefined ? {} : { review }),
    ...(tools.length === 0 ? {} : { tools }),
    ...(analysis === undefined ? {} : { analysis }),
    message: bounded(message),
    steps,
    ...driftOf(observed),
    ...told,
    timeline: timeline(object.status?.timeline ?? [], story, laws.now, opensDelivery),
  };
}

/** What stands, and what had to be put right. */
function driftOf(observed: DeploymentObserved): Pick<Fields, 'children' | 'drift'> {
  const children = childrenOf(observed);
  const { drift = [] } = observed.memory;
  return { ...(children.length === 0 ? {} : { children }), ...(drift.length === 0 ? {} : { drift }) };
}

/** "5/8 roll-out", "5/8 roll-out, pause 2/4"; "8/8" when all is done. */
function progressOf(last: Standing | undefined, strategy: Fields['step']): string {
  const of = DELIVERY_STEPS.length;
  const isOver = last === undefined || last.judgement.decision.kind === 'done';
  if (isOver && last?.reason !== reasons.dryRunPassed) return `${of}/${of}`;
  const { step } = last.judgement;
  const index = DELIVERY_STEPS.indexOf(step);
  if (index < 0) return step;
  const within = step === 'roll-out' && strategy ? `, ${strategy.name} ${strategy.index}/${strategy.of}` : '';
  return `${index + 1}/${of} ${step}${within}`;
}

/** The strategy step at work with the weight in force; `moving` keeps the weight that was told last. */
function strategyStep(observed: DeploymentObserved, moving: boolean): Fields['step'] {
  const { delivery, memory } = observed;
  const { index, of, kind, startedAt } = placeOf(observed);
  if (delivery.plan.strategy === undefined || startedAt === undefined) return undefined;
  if (memory.step === undefined && !isRollingOut(observed)) return undefined;
  const weight = (moving ? memory.step?.weight : undefined) ?? weightInForce(observed);
  return { index, of, name: kind, weight, startedAt: timestamp(startedAt) };
}

function planStatus(observed: DeploymentObserved, available: number, laws: Laws): NonNullable<Fields['plan']> {
  const { object, delivery, memory, plans } = observed;
  const { plan } = delivery;
  const startedAt = memory.plan?.startedAt ?? timestamp(laws.now);
  const moved = available !== (memory.availableReplicas ?? 0);
  const kept = keptPlan(plans, plan.hash) !== undefined;
  return {
    hash: plan.hash,
    revision: plan.revision,
    delivery: delivery.id,
    ...(delivery.after === undefined ? {} : { after: delivery.after }),
    ...configStatus(plan.config ?? []),
    ...(kept ? { name: planName(object.metadata.name, plan.hash) } : {}),
    startedAt,
    progressedAt: moved ? timestamp(laws.now) : (memory.plan?.progressedAt ?? startedAt),
  };
}

/** Names and digests; what is not known yet is told by the message. */
function configStatus(config: readonly FrozenConfig[]): Pick<NonNullable<Fields['plan']>, 'config'> {
  const lines = config.filter(isKnown).map(({ kind, name, digest }) => `${kind} ${name} ${digest}`);
  return lines.length === 0 ? {} : { config: lines.slice(0, CONFIG_SHOWN) };
}

function revisionsOf({ delivery, memory }: DeploymentObserved): NonNullable<Fields['revisions']> {
  const { serving, previous = [], rejected = [] } = memory.revisions ?? {};
  return {
    desired: delivery.plan.revision,
    ...(serving === undefined ? {} : { serving }),
    ...(previous.length === 0 ? {} : { previous }),
    ...(rejected.length === 0 ? {} : { rejected }),
  };
}

/** Every token is echoed once it was acted on, or once it was told that there was nothing to act on. */
function handledVerbs(observed: DeploymentObserved): Fields['handled'] {
  const { object, memory } = observed;
  const tokens = object.metadata.annotations ?? {};
  const retry = tokens[annotations.retry] ?? memory.handled?.retry;
  const abort = isAborted(observed) ? memory.handled?.abort : (tokens[annotations.abort] ?? memory.handled?.abort);
  const promote = isAwaited(observed)
    ? memory.handled?.promote
    : (tokens[annotations.promote] ?? memory.handled?.promote);
  if (retry === undefined && abort === undefined && promote === undefined) return undefined;
  return {
    ...(retry === undefined ? {} : { retry }),
    ...(abort === undefined ? {} : { abort }),
    ...(promote === undefined ? {} : { promote }),
  };
}

function reviewOf(observed: DeploymentObserved): ReviewStatus | undefined {
  const asked = decisiveReview(observed);
  const consensus = asked?.status;
  const name = asked?.metadata.name ?? '';
  if (consensus === undefined) return observed.memory.review ?? (asked && { consultation: name });
  const verdict = consensus.consensus?.recommendation ?? consensus.consensus?.abstained;
  const { confidence, risk } = consensus.consensus ?? {};
  return {
    consultation: name,
    ...(verdict === undefined ? {} : { verdict }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(risk === undefined ? {} : { risk }),
    ...(verdict === undefined || consensus.message === undefined ? {} : { message: consensus.message }),
  };
}

function toolsOf({ memory }: DeploymentObserved, laws: Laws): NonNullable<Fields['tools']> {
  return (memory.tools ?? []).map((call) =>
    call.outcome === undefined || call.finishedAt !== undefined ? call : { ...call, finishedAt: timestamp(laws.now) },
  );
}

/** What was still being measured at the end has no verdict, and never will. */
function analysisOf(observed: DeploymentObserved): Fields['analysis'] {
  const { analysis } = observed.memory;
  if (isMeasured(observed)) return analysis;
  return analysis?.map(({ job: _cancelled, ...one }) =>
    one.verdict === 'Measuring' ? { ...one, verdict: 'Cancelled' } : one,
  );
}

/** As `kubectl scale` and an autoscaler read it: the pods that carry the load, which behind a Service are one revision's. */
function selectorOf(observed: DeploymentObserved): string {
  const { object, memory, delivery } = observed;
  const fresh = comparesFresh(delivery.plan) ? `,!${labels.baseline}` : '';
  const all = `${selectorText(object.spec.selector)}${fresh}`;
  const traffic = canaryTrafficOf(observed);
  const byService = blueGreenOf(observed) !== undefined || (traffic !== undefined && traffic.route === undefined);
  const serving = byService ? memory.revisions?.serving : undefined;
  return serving === undefined ? all : `${all},${labels.revision}=${serving}`;
}

export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const equal = Object.entries(matchLabels).map(([name, value]) => `${name}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...equal, ...expressions].join(',');
}
