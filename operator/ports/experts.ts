import type { ExpertAnswer, ExpertReference, Question } from '../core/action.ts';

/**
 * One provider of experts. An expert that cannot answer abstains or fails with a reason in the answer: it never throws
 * for what is the expert's doing, and an answer is never made up.
 */
export interface ExpertProvider {
  /** Prefix of `ExpertReference.provider` that it serves, such as `builtin`. */
  readonly name: string;
  ask(expert: ExpertReference, question: Question, signal: AbortSignal): Promise<ExpertAnswer>;
}
