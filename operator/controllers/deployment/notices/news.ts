/** What of the happenings of a pass is news to those who asked to be told of deliveries. Only deliveries make news: what drifts later is told by conditions. */
import type { NoticeType } from '../../../api/notices.ts';
import { isTriedOnly } from '../is-tried-only.ts';
import { type DeploymentObserved, isServing, rejectionOf, wasPromotedHere } from '../observed.ts';
import { REJECTING } from '../records.ts';
import type { Happening, News } from '../report/happening.ts';
import type { Standing } from '../report/step-states.ts';
import { placeOf } from '../strategy/place.ts';
import { askingStage } from './asking-stage.ts';
import { stageOf } from './stage-of.ts';

/** Reasons of waiting for a person. */
const ASKS: ReadonlySet<string> = new Set(['WaitingForApproval', 'WaitingForDecision', 'WaitingForPromotion']);

type WithNews = Pick<Happening, 'notice'>;

/** Of a step that ended. A delivery that found its revision serving, or is only tried, delivers nothing. */
export function endedNews(observed: DeploymentObserved, step: string): WithNews {
  if (step === 'claim-identity' || isTriedOnly(observed) || (isServing(observed) && !wasPromotedHere(observed)))
    return {};
  if (step === 'validate') return { notice: news(observed, 'started', step) };
  if (step === 'finish') return { notice: news(observed, 'completed', step) };
  return { notice: news(observed, 'stage_completed', step) };
}

/** Of where a delivery stands now. */
export function standsNews(observed: DeploymentObserved, { judgement, reason, terminal }: Standing): WithNews {
  const { step } = judgement;
  if (isTriedOnly(observed)) return {};
  if (ASKS.has(reason)) {
    const stage = askingStage(observed, step);
    return { notice: { ...news(observed, 'approval_needed', step, { cause: reason }), stage } };
  }
  const rejection = rejectionOf(observed);
  if (reason === REJECTING) {
    const cancelled = rejection?.reason === 'Aborted';
    return cancelled ? { notice: news(observed, 'cancelled', step, { cause: rejection.reason }) } : {};
  }
  if (!terminal || (step === 'roll-back' ? !failedHere(observed) : isServing(observed))) return {};
  const serving = observed.memory.revisions?.serving;
  if (reason !== 'RolledBack' || rejection === undefined || serving === undefined)
    return { notice: news(observed, 'failed', step, { cause: rejection?.reason ?? reason }) };
  const what = { cause: rejection.reason, rejected: rejection.hash, serving };
  return { notice: news(observed, 'rolled_back', step, what) };
}

/** False where a version that an earlier delivery rejected is applied again. */
export function failedHere({ memory }: DeploymentObserved): boolean {
  return memory.steps?.some(({ name, state }) => name !== 'roll-back' && state === 'Failed') ?? false;
}

/** What was tried only is delivered now: its plan has been frozen since. */
export function inEarnest(observed: DeploymentObserved): readonly Happening[] {
  const { phase, plan } = observed.object.status ?? {};
  const tried = phase === 'DryRun' && plan?.delivery === observed.delivery.id;
  if (!tried || isTriedOnly(observed)) return [];
  const message = `the plan ${observed.delivery.plan.hash} that was tried is delivered`;
  return [{ step: 'validate', message, silent: true, notice: news(observed, 'started', 'validate') }];
}

/** The strategy went on to another of its steps since status was written. */
export function walkedOn(observed: DeploymentObserved): readonly Happening[] {
  const { object, delivery } = observed;
  const { plan, step } = object.status ?? {};
  if (delivery.plan.strategy === undefined || plan?.delivery !== delivery.id || step === undefined) return [];
  if (step.index >= placeOf(observed).index) return [];
  const stage = `roll-out/${step.index}`;
  const message = `step ${step.index} of ${step.of} (${step.name}) is done`;
  return [
    { step: 'roll-out', message, silent: true, notice: { ...news(observed, 'stage_completed', 'roll-out'), stage } },
  ];
}

/** The delivery that status tells of was under way, and another one takes its place. */
export function superseded({ object, delivery }: DeploymentObserved): readonly Happening[] {
  const { plan, revisions, steps = [] } = object.status ?? {};
  if (plan?.delivery === undefined || plan.delivery === delivery.id) return [];
  const stateOf = (name: string) => steps.find((step) => step.name === name)?.state;
  const begun = stateOf('validate') === 'Done';
  const over = steps.some(({ state }) => state === 'Failed') || ['Done', 'Skipped'].includes(stateOf('promote') ?? '');
  if (!begun || over) return [];
  const { revision = '' } = plan;
  const step = steps.find(({ state }) => state === 'Running' || state === 'Waiting')?.name ?? 'validate';
  const other = revision === delivery.plan.revision ? 'another attempt' : `revision ${delivery.plan.revision}`;
  const message = `revision ${revision} gave way to ${other} before it was promoted`;
  const serving = revisions?.serving === undefined ? {} : { serving: revisions.serving };
  const cancelled = { type: 'cancelled', stage: step, delivery: plan.delivery, revision, cause: 'Superseded' } as const;
  return [{ step, message, notice: { ...cancelled, ...serving } }];
}

function news(
  observed: DeploymentObserved,
  type: NoticeType,
  step: string,
  more: Pick<News, 'cause' | 'rejected' | 'serving'> = {},
): News {
  const { delivery } = observed;
  return { type, stage: stageOf(observed, step), delivery: delivery.id, revision: delivery.plan.revision, ...more };
}
