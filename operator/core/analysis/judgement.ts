/** What is said of one metric; `Undecided` until the numbers or the clock decide. */
export type MetricVerdict = 'Pass' | 'Fail' | 'Error' | 'Inconclusive' | 'Skipped' | 'Undecided';

export interface Judgement {
  readonly verdict: MetricVerdict;
  /** No later measurement can change it. A Pass before time is over is not: a breach after it still fails. */
  readonly final: boolean;
  /** One sentence with the numbers it rests on. */
  readonly message: string;
  /** Samples it rests on, of desired. */
  readonly samples: number;
}

/** What the numbers alone say, before errors, missing data and the clock are counted. */
export interface Weighed {
  readonly state: 'worse' | 'within' | 'open';
  readonly message: string;
  readonly samples: number;
}

/** Where a look stands in the sequence that the level is spent over. */
export interface Look {
  /** Which look of this strategy step, from 1 (`lookNumber`); below 1 nothing can be significant yet. */
  readonly number: number;
  /** Among how many metrics and strategy steps a delivery's level is shared: steps that analyse times counted metrics. */
  readonly shares: number;
}
