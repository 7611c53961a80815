import { annotations } from '../../../api/names.ts';
import { newRepairs, toldRepair } from '../../../core/told-drift.ts';
import { lastNews } from '../notices/last-news.ts';
import { endedNews, inEarnest, standsNews, walkedOn } from '../notices/news.ts';
import { type DeploymentObserved, isServing } from '../observed.ts';
import { IN_WINDOW } from '../steps/review.ts';
import { isAborted } from '../steps/roll-back.ts';
import { isAwaited } from '../strategy/promote-token.ts';
import { lostUndos } from '../tools/lost-undo.ts';
import type { Happening } from './happening.ts';
import { SKIPPED, type Standing } from './step-states.ts';

/** Skipped by somebody's decision: that belongs to the story. */
const TOLD: ReadonlySet<string> = new Set([IN_WINDOW, 'ProceededWithoutReview']);

/** What a reader of the story should find in it of this pass: steps that ended, where it stands now, tokens without use. */
export function happenings(
  observed: DeploymentObserved,
  standing: readonly Standing[],
  message: string,
): readonly Happening[] {
  const { memory } = observed;
  const known = (step: string) => memory.steps?.find(({ name }) => name === step);
  const last = standing.at(-1);
  const ended = standing
    .filter(({ judgement }) => judgement.step !== 'roll-back' && judgement.decision.kind === 'done')
    .filter(({ judgement }) => !['Done', 'Skipped'].includes(known(judgement.step)?.state ?? ''))
    .filter(({ reason }) => !SKIPPED.has(reason) || TOLD.has(reason))
    .map(({ judgement }) => ({
      step: judgement.step,
      message: judgement.decision.message,
      ...endedNews(observed, judgement.step),
    }));
  const stands =
    last === undefined || last.judgement.decision.kind === 'done' || isToldAlready(observed, last)
      ? []
      : [{ step: last.judgement.step, message, ...standsNews(observed, last) }];
  const told: readonly Happening[] = [
    ...lostUndos(observed).map((text) => ({ step: 'undo', message: text })),
    ...retried(observed),
    ...inEarnest(observed),
    ...walkedOn(observed),
    ...ended,
    ...stands,
    ...repaired(observed),
    ...tokens(observed),
  ];
  const isDeleting = observed.object.metadata.deletionTimestamp !== undefined;
  return [...lastNews(observed), ...(isDeleting ? told.map(withoutNews) : told)];
}

function repaired({ object, memory }: DeploymentObserved): readonly Happening[] {
  return newRepairs(object.status?.drift, memory.drift).map((one) => ({ step: 'drift', message: toldRepair(one) }));
}

/** What the teardown does is no news of the delivery. */
const withoutNews = ({ notice: _notice, ...story }: Happening): Happening => story;

/** The sentence that a delivery begins with: what an earlier one told may be told again. */
export const opensDelivery = (text: string): boolean => /^validate: plan \S+ of revision \S+ is frozen/.test(text);

/** The same step for the same reason as status says: its numbers move on in the message, not in the story. */
function isToldAlready({ object, delivery, memory }: DeploymentObserved, { judgement, reason }: Standing): boolean {
  if (object.status?.plan?.delivery !== delivery.id) return false;
  if (judgement.step === 'roll-out' && memory.step?.index !== object.status?.step?.index) return false;
  const condition = object.status?.conditions?.find(({ type }) => type === judgement.condition);
  if (condition?.status !== 'False' || condition.reason !== reason) return false;
  return reason !== 'WaitingForApproval' || askedIn(condition.message) === askedIn(judgement.decision.message);
}

/** The consultation that a sentence names: a step may ask people more than once. */
const askedIn = (message: string): string | undefined => /kubectl describe consult (\S+)/.exec(message)?.[1];

function promotionOf(observed: DeploymentObserved): string {
  const { object, delivery, memory } = observed;
  const acted = memory.handled?.promote === object.metadata.annotations?.[annotations.promote];
  // While it rolls out, a token that was acted on skipped something; afterwards it is the answer to what metrics left open.
  if (acted && wasPromotedBefore(observed)) {
    return 'the revision stays, although its metrics came to no verdict after the promotion';
  }
  if (delivery.plan.strategy === undefined) return 'a Rolling delivery has no pause or weight to skip';
  return acted
    ? `skipped to step ${memory.step?.index} of the strategy`
    : 'no pause or weight is at work to be skipped';
}

/** Not in this pass: one may skip the last steps and promote. */
function wasPromotedBefore({ object, delivery }: DeploymentObserved): boolean {
  const { plan, steps = [] } = object.status ?? {};
  return plan?.delivery === delivery.id && steps.some(({ name, state }) => name === 'promote' && state === 'Done');
}

function tokens(observed: DeploymentObserved): readonly { readonly step: string; readonly message: string }[] {
  const { object, memory } = observed;
  const given = object.metadata.annotations ?? {};
  const told = object.status?.handled ?? {};
  const aborted = given[annotations.abort];
  const idleAbort =
    aborted !== undefined && aborted !== told.abort && !isAborted(observed) && memory.handled?.abort !== aborted;
  const promoted = given[annotations.promote];
  return [
    ...(idleAbort ? [{ step: 'abort', message: 'no delivery is under way, so there is nothing to abort' }] : []),
    ...(promoted !== undefined && promoted !== told.promote && !isAwaited(observed)
      ? [{ step: 'promote', message: promotionOf(observed) }]
      : []),
  ];
}

function retried(observed: DeploymentObserved): readonly { readonly step: string; readonly message: string }[] {
  const { metadata, status } = observed.object;
  const given = metadata.annotations?.[annotations.retry];
  if (given === undefined || given === status?.handled?.retry) return [];
  return [{ step: 'retry', message: isServing(observed) ? 'the revision serves already' : 'a new attempt begins' }];
}
