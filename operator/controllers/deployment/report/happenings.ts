import { annotations } from '../../../api/names.ts';
import { type DeploymentObserved, isServing } from '../observed.ts';
import { isAborted } from '../steps/roll-back.ts';
import { SKIPPED, type Standing } from './step-states.ts';

/** What a reader of the story should find in it of this pass: steps that ended, where it stands now, tokens without use. */
export function happenings(
  observed: DeploymentObserved,
  standing: readonly Standing[],
  message: string,
): readonly { readonly step: string; readonly message: string }[] {
  const { memory } = observed;
  const known = (step: string) => memory.steps?.find(({ name }) => name === step);
  const last = standing.at(-1);
  const ended = standing
    .filter(({ judgement }) => judgement.step !== 'roll-back' && judgement.decision.kind === 'done')
    .filter(({ judgement }) => !['Done', 'Skipped'].includes(known(judgement.step)?.state ?? ''))
    .filter(({ reason }) => !SKIPPED.has(reason))
    .map(({ judgement }) => ({ step: judgement.step, message: judgement.decision.message }));
  const stands =
    last === undefined || last.judgement.decision.kind === 'done' || isToldAlready(observed, last)
      ? []
      : [{ step: last.judgement.step, message }];
  return [...ended, ...stands, ...idleTokens(observed)];
}

/** The same step for the same reason as status says: its numbers move on in the message, not in the story. */
function isToldAlready({ object, delivery }: DeploymentObserved, { judgement, reason }: Standing): boolean {
  if (object.status?.plan?.delivery !== delivery.id) return false;
  const condition = object.status?.conditions?.find(({ type }) => type === judgement.condition);
  return condition?.status === 'False' && condition.reason === reason;
}

function idleTokens(observed: DeploymentObserved): readonly { readonly step: string; readonly message: string }[] {
  const { object, memory } = observed;
  const tokens = object.metadata.annotations ?? {};
  const told = object.status?.handled ?? {};
  const aborted = tokens[annotations.abort];
  const idleAbort =
    aborted !== undefined && aborted !== told.abort && !isAborted(observed) && memory.handled?.abort !== aborted;
  const promoted = tokens[annotations.promote];
  const retried = tokens[annotations.retry];
  return [
    ...(idleAbort ? [{ step: 'abort', message: 'no delivery is under way, so there is nothing to abort' }] : []),
    ...(promoted !== undefined && promoted !== told.promote
      ? [{ step: 'promote', message: 'a Rolling delivery has no pause or weight to skip' }]
      : []),
    ...(retried !== undefined && retried !== told.retry
      ? [{ step: 'retry', message: isServing(observed) ? 'the revision serves already' : 'a new attempt begins' }]
      : []),
  ];
}
