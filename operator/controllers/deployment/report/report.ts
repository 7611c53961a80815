import type { DeploymentStatus, LabelSelector, ReviewStatus } from '../../../api/generated/deployment.ts';
import { annotations } from '../../../api/names.ts';
import { userOf } from '../../../core/build-gate-input.ts';
import { bounded, timestamp } from '../../../core/conditions.ts';
import type { Laws } from '../../../core/laws.ts';
import { standingOf } from '../../../core/report.ts';
import { timeline } from '../../../core/timeline.ts';
import type { Trail } from '../../../core/trail.ts';
import { consultationName } from '../build/consultation.ts';
import { planName } from '../build/controller-revision.ts';
import { type DeploymentObserved, keptPlan, replicasWanted, tenantIdentity } from '../observed.ts';
import { toldCounts } from '../rollout/told-counts.ts';
import { isAborted } from '../steps/roll-back.ts';
import { DELIVERY_STEPS } from './delivery-steps.ts';
import { happenings } from './happenings.ts';
import { phaseOf } from './phase.ts';
import { type Standing, stepStates } from './step-states.ts';

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
  const { counts } = toldCounts(observed, laws.now);
  const handled = handledVerbs(observed);
  const review = reviewOf(observed);
  const tools = toolsOf(observed, laws);
  return {
    phase: phaseOf(last, deleting),
    progress: progressOf(last),
    ready: `${counts.readyReplicas}/${replicasWanted(observed)}`,
    ...(tenantName === undefined ? {} : { tenant: tenantName }),
    identity: userOf(tenantIdentity(observed)),
    plan: planStatus(observed, counts.availableReplicas, laws),
    revisions: revisionsOf(observed),
    ...counts,
    selector: selectorText(object.spec.selector),
    ...(handled === undefined ? {} : { handled }),
    ...(review === undefined ? {} : { review }),
    ...(tools.length === 0 ? {} : { tools }),
    message: bounded(message),
    steps,
    timeline: timeline(object.status?.timeline ?? [], happenings(observed, standing, message), laws.now),
  };
}

/** "5/7 roll-out"; "7/7" when all is done. */
function progressOf(last: Standing | undefined): string {
  const of = DELIVERY_STEPS.length;
  if (last === undefined || last.judgement.decision.kind === 'done') return `${of}/${of}`;
  const { step } = last.judgement;
  const index = DELIVERY_STEPS.indexOf(step);
  return index < 0 ? step : `${index + 1}/${of} ${step}`;
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
    ...(kept ? { name: planName(object.metadata.name, plan.hash) } : {}),
    startedAt,
    progressedAt: moved ? timestamp(laws.now) : (memory.plan?.progressedAt ?? startedAt),
  };
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
  const promote = tokens[annotations.promote] ?? memory.handled?.promote;
  if (retry === undefined && abort === undefined && promote === undefined) return undefined;
  return {
    ...(retry === undefined ? {} : { retry }),
    ...(abort === undefined ? {} : { abort }),
    ...(promote === undefined ? {} : { promote }),
  };
}

function reviewOf({ object, delivery, memory, consultations }: DeploymentObserved): ReviewStatus | undefined {
  const name = consultationName(object.metadata.name, delivery.id);
  const consensus = consultations.find(({ metadata }) => metadata.name === name)?.status;
  if (consensus === undefined) {
    const asked = consultations.some(({ metadata }) => metadata.name === name);
    return memory.review ?? (asked ? { consultation: name } : undefined);
  }
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

/** As `kubectl scale` and an autoscaler read it: all pods carry the load. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const equal = Object.entries(matchLabels).map(([name, value]) => `${name}=${value}`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`;
  });
  return [...equal, ...expressions].join(',');
}
