import type { ExpertAnswerStatus } from '../../api/generated/expert-consultation.ts';
import type { ObservedConsultation } from './observed.ts';

/** Everything status tells of answers: one row for every expert of the panel, then those that do not count. */
export function allRows({
  memory,
  people,
}: Pick<ObservedConsultation, 'memory' | 'people'>): readonly ExpertAnswerStatus[] {
  return [...(memory.answers ?? []), ...people.rows];
}

/** One row for every expert of the panel. */
export function panelRows(observed: Pick<ObservedConsultation, 'memory' | 'people'>): readonly ExpertAnswerStatus[] {
  return allRows(observed).filter(
    ({ kind, by, state }) => kind !== 'human' || by === undefined || state === 'Answered',
  );
}
