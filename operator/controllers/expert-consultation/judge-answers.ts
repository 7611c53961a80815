import type {
  Expert,
  ExpertAnswerStatus,
  ExpertConsultation,
  HumanAnswer,
} from '../../api/generated/expert-consultation.ts';
import { bounded } from '../../core/conditions.ts';

const ANSWER_KEPT = 160;
const REASON_KEPT = 512;

/** An answer that does not count, and why. */
export type Refused = ExpertAnswerStatus & { readonly by: string; readonly error: string };

export interface Judged {
  /** At most one for each human expert. */
  readonly counted: readonly ExpertAnswerStatus[];
  readonly refused: readonly Refused[];
}

export interface AnswersToJudge {
  readonly consultation: ExpertConsultation;
  readonly humans: readonly Expert[];
  /** The rows of people that status has: what was counted or refused stays so. */
  readonly remembered: readonly ExpertAnswerStatus[];
  /** Why no answer counts any longer. */
  readonly closed: string | undefined;
}

/**
 * Which answers of `spec.answers` count (consultation.md section 6). An expert answers once and a person answers once, so
 * that two human experts of a panel are two people; of two answers the earlier in the list is the first.
 */
export function judgeAnswers({ consultation, humans, remembered, closed }: AnswersToJudge): Judged {
  let counted: readonly ExpertAnswerStatus[] = remembered.filter(({ state }) => state === 'Answered');
  let refused: readonly Refused[] = remembered.filter(isRefused);
  for (const given of consultation.spec.answers ?? []) {
    if ([...counted, ...refused].some(({ expert, by }) => expert === given.expert && by === given.by)) continue;
    const objection = objectionTo(given, { consultation, humans, closed }, counted);
    if (objection === undefined) counted = [...counted, rowOf(given, 'Answered')];
    else refused = [...refused, { ...rowOf(given, objection.state), by: given.by, error: objection.error }];
  }
  return { counted, refused };
}

const isRefused = (row: ExpertAnswerStatus): row is Refused =>
  row.by !== undefined && row.error !== undefined && row.state !== 'Answered';

interface Objection {
  readonly state: 'Stale' | 'Failed';
  readonly error: string;
}

function objectionTo(
  given: HumanAnswer,
  { consultation, humans, closed }: Omit<AnswersToJudge, 'remembered'>,
  counted: readonly ExpertAnswerStatus[],
): Objection | undefined {
  const { answer, subject } = consultation.spec;
  if (!humans.some(({ name }) => name === given.expert)) {
    const seats = humans.map(({ name }) => name).join(', ');
    return failed(`${given.expert} is no human expert of the panel${seats === '' ? '' : `; answer as ${seats}`}`);
  }
  if (given.planHash !== subject?.planHash) {
    const shown = subject === undefined ? 'the question is about no plan' : `the question is about ${subject.planHash}`;
    return { state: 'Stale', error: bounded(`it is about ${given.planHash ?? 'no plan'}, and ${shown}`, REASON_KEPT) };
  }
  const options = answer.options ?? [];
  if (answer.kind === 'choice' && !options.includes(normal(given.answer))) {
    return failed(`"${given.answer}" is no option; the options are ${options.join(', ')}`);
  }
  if (closed !== undefined) return failed(closed);
  const before = counted.find(({ expert }) => expert === given.expert);
  if (before !== undefined) return failed(`${before.by} answered as ${given.expert} before; an expert answers once`);
  const elsewhere = counted.find(({ by }) => by === given.by);
  if (elsewhere !== undefined) return failed(`they answered as ${elsewhere.expert} before; a person answers once`);
  return undefined;
}

const failed = (error: string): Objection => ({ state: 'Failed', error: bounded(error, REASON_KEPT) });

/** As the engine reads a choice. */
const normal = (answer: string): string => answer.normalize('NFKC').toLowerCase().trim();

function rowOf({ expert, by, answer, planHash }: HumanAnswer, state: ExpertAnswerStatus['state']): ExpertAnswerStatus {
  return {
    expert,
    provider: 'human',
    kind: 'human',
    state,
    by,
    ...(planHash === undefined ? {} : { planHash }),
    answer: bounded(normal(answer), ANSWER_KEPT),
  };
}
