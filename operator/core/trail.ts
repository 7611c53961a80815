import type { CodeError } from '../api/errors.ts';
import type { Effect } from './action.ts';
import type { Decision } from './decision.ts';
import type { Verdict } from './gate-input.ts';

/** What one step said of the observation. */
export interface Judgement {
  readonly step: string;
  readonly condition: string;
  readonly decision: Decision;
}

/** One turn of a pass that had effects: which step decided them, what the gate said and what was done. */
export interface Turn {
  readonly step: string;
  readonly decision: Extract<Decision, { readonly kind: 'act' }>;
  readonly verdict: Verdict;
  readonly effects: readonly Effect[];
  /** The failure that ended the turn before all actions were performed. */
  readonly failure?: CodeError;
}

/** One pass, told in order. */
export interface Trail {
  readonly turns: readonly Turn[];
  /** The turn of the step beside the sentence. */
  readonly aside?: Turn;
  /**
   * Where the object stands at the end of the pass: the judgements of the steps that are done and, last, of the one that
   * is not; every step is done when none of them is anything but `done`.
   */
  readonly standing: readonly Judgement[];
  /** The object should be gone by now: what a person has to know of that. */
  readonly held?: string;
}
