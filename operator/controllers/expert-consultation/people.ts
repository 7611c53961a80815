import type {
  Expert,
  ExpertAnswerStatus,
  ExpertConsultation,
  Withdrawal,
} from '../../api/generated/expert-consultation.ts';
import { timestamp } from '../../core/conditions.ts';
import type { Milliseconds } from '../../core/decision.ts';
import { deadlineOf } from './deadline.ts';
import { judgeAnswers, type Refused } from './judge-answers.ts';

/** Where the people of the panel stand at the start of a pass. */
export interface People {
  /** One row for every human expert, in the order of the panel, then one for every answer that does not count. */
  readonly rows: readonly ExpertAnswerStatus[];
  /** Human experts nobody has answered for, while somebody still may. */
  readonly awaited: readonly Expert[];
  /** When nobody is waited for any longer. */
  readonly until?: Milliseconds;
  readonly expired: boolean;
  /** What status does not tell yet, a sentence each. */
  readonly news: readonly string[];
}

/** Nobody of this panel is a person. */
export const NOBODY: People = { rows: [], awaited: [], expired: false, news: [] };

export const isHuman = ({ provider }: Pick<Expert, 'provider'>): boolean => provider === 'human';

/** Judges `spec.answers` by what status remembers of them and by the time of this pass. */
export function peopleOf(
  consultation: ExpertConsultation,
  panel: readonly Expert[],
  now: Milliseconds,
  withdrawal?: Withdrawal,
): People {
  const humans = panel.filter(isHuman);
  const until = deadlineOf(consultation, humans.length > 0);
  const expired = until !== undefined && now >= until;
  const remembered = (consultation.status?.answers ?? []).filter(({ kind }) => kind === 'human');
  const decided = consultation.status?.consensus !== undefined;
  const withdrawn = !decided && withdrawal !== undefined;
  const closed = withdrawn ? 'the question had been withdrawn when it was seen' : closedBy(decided, expired, until);
  const judged = judgeAnswers({ consultation, humans, remembered, closed });
  const answerOf = (expert: string) => judged.counted.find((row) => row.expert === expert);
  // A panel of the Tenant may change after the verdict: who sat on it then is what status says.
  const seats = decided
    ? remembered.filter(isSeat)
    : humans.map(({ name }) => answerOf(name) ?? (withdrawn ? unasked(name) : silent(name, expired, until)));
  return {
    rows: [...seats, ...judged.refused],
    awaited: decided || withdrawn || expired ? [] : humans.filter(({ name }) => answerOf(name) === undefined),
    ...(until === undefined ? {} : { until }),
    expired,
    news: news(remembered, judged.counted, judged.refused),
  };
}

/** The people once there is a verdict: who had not answered by then was not needed. */
export function afterVerdict(people: People): People {
  const rows = people.rows.map(
    (row): ExpertAnswerStatus =>
      row.state === 'AwaitingHuman'
        ? { ...row, state: 'Abstained', error: 'the panel came to its verdict without an answer' }
        : row,
  );
  return { ...people, rows, awaited: [] };
}

/** The human experts whom the deadline found silent. */
export function silentPeople({ rows }: People): readonly string[] {
  return rows.filter((row) => row.state === 'Failed' && row.by === undefined).map(({ expert }) => expert);
}

/** The row of a human expert, rather than of an answer that does not count. */
const isSeat = ({ state, by }: ExpertAnswerStatus): boolean => by === undefined || state === 'Answered';

function silent(expert: string, expired: boolean, until: Milliseconds | undefined): ExpertAnswerStatus {
  const seat = { expert, provider: 'human', kind: 'human' } as const;
  if (!expired || until === undefined) return { ...seat, state: 'AwaitingHuman' };
  return { ...seat, state: 'Failed', error: `no answer was seen before ${timestamp(until)}` };
}

const unasked = (expert: string): ExpertAnswerStatus => ({
  expert,
  provider: 'human',
  kind: 'human',
  state: 'Abstained',
  error: 'the question was withdrawn before an answer',
});

function closedBy(decided: boolean, expired: boolean, until: Milliseconds | undefined): string | undefined {
  if (decided) return 'it came after the verdict';
  return expired && until !== undefined ? `the deadline, ${timestamp(until)}, had passed when it was seen` : undefined;
}

function news(
  remembered: readonly ExpertAnswerStatus[],
  counted: readonly ExpertAnswerStatus[],
  refused: readonly Refused[],
): readonly string[] {
  const isNew = (row: ExpertAnswerStatus) =>
    !remembered.some(({ expert, by, state }) => expert === row.expert && by === row.by && state === row.state);
  return [
    ...counted.filter(isNew).map(({ expert, by, answer }) => `${by} answers "${answer}" as ${expert}`),
    ...refused
      .filter(isNew)
      .map(({ expert, by, error }) => `the answer of ${by} as ${expert} does not count: ${error}`),
  ];
}
