import type { CodeError } from '../api/errors.ts';
import type { Effect } from './action.ts';
import type { Decision } from './decision.ts';
import type { Verdict } from './gate-input.ts';

/** One turn of a pass: which step spoke, what it decided, what the gate said and what was done. */
export interface Turn {
  readonly step: string;
  readonly condition: string;
  readonly decision: Decision;
  /** Present for every decision with actions. */
  readonly verdict?: Verdict;
  readonly effects: readonly Effect[];
  /** The failure that ended the turn before all actions were performed. */
  readonly failure?: CodeError;
}

/** The turns of one pass in order; the last one says where the object stands. Empty: every step is done. */
export type Trail = readonly Turn[];
