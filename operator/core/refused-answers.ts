import type { ExpertAnswerStatus, ExpertConsultation } from '../api/generated/expert-consultation.ts';
import { annotations } from '../api/names.ts';
import type { CodeObject, CodeStatus } from '../api/objects.ts';
import { bounded } from './conditions.ts';
import type { ToldEvent } from './told-events.ts';

/**
 * The events of answers that people gave for nothing, of a status that was just written: who, why, and what to do instead.
 * Told of a consultation that a Deployment owns as well: that tells what became of the delivery, not of an answer.
 */
export function refusedAnswers(object: CodeObject, status: CodeStatus): readonly ToldEvent[] {
  if (object.kind !== 'ExpertConsultation') return [];
  const { status: before, spec, metadata } = object as ExpertConsultation; // border: the kind says so
  const after = status as NonNullable<ExpertConsultation['status']>; // border: as above
  const isNew = (row: ExpertAnswerStatus) => !before?.answers?.some((old) => isRefusal(old) && isSame(old, row));
  return (after.answers ?? [])
    .filter((row) => isRefusal(row) && isNew(row))
    .map(({ by, expert, state, error = '' }) => {
      const what = `the answer of ${by} as ${expert} does not count: ${error}`;
      const open = `another person may answer: kubectl code answer ${metadata.name} -n ${metadata.namespace}`;
      const message = `${what}; ${after.phase === 'AwaitingHuman' ? open : askAgain(spec.subject)}`;
      return {
        type: 'Warning',
        reason: state === 'Stale' ? 'AnswerStale' : 'AnswerRefused',
        message: bounded(message),
      };
    });
}

const isRefusal = ({ kind, by, state }: ExpertAnswerStatus) =>
  kind === 'human' && by !== undefined && (state === 'Failed' || state === 'Stale');

const isSame = (left: ExpertAnswerStatus, right: ExpertAnswerStatus) =>
  left.expert === right.expert && left.by === right.by;

function askAgain(subject: ExpertConsultation['spec']['subject']): string {
  if (subject?.kind !== 'Deployment') return 'nobody is waited for any more; create a new consultation to ask again';
  return `nobody is waited for any more; to ask again, set the annotation ${annotations.retry} of Deployment ${subject.name} to a new value`;
}
