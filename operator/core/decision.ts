import type { Action } from './action.ts';

/** Unix time. */
export type Milliseconds = number;

/** What one step says of one observation. `reason` is CamelCase and closed per room; `message` is one sentence for people. */
export type Decision =
  /** `until`: when to look again though nothing happened. `unproven`: over without having shown what its condition says. */
  | {
      readonly kind: 'done';
      readonly reason: string;
      readonly message: string;
      readonly until?: Milliseconds;
      readonly unproven?: true;
    }
  /**
   * `ready: 'False'` where the world is worse than in progress (rolling back); otherwise Ready is Unknown. `until`: when to look
   * again at the latest, should an action fail or be denied: its back-off must not outlast a deadline. `deadline`: a failure
   * after it is told as Stalled, and tried again all the same.
   */
  | {
      readonly kind: 'act';
      readonly actions: readonly [Action, ...Action[]];
      readonly reason: string;
      readonly message: string;
      readonly ready?: 'False';
      readonly until?: Milliseconds;
      readonly deadline?: Milliseconds;
    }
  /** `until` absent: only an event of the world can change the answer. */
  | {
      readonly kind: 'wait';
      readonly until?: Milliseconds;
      readonly reason: string;
      readonly message: string;
      readonly ready?: 'False';
    }
  /** Waits for the user, or for a change of the spec; `until`: when to look again all the same. */
  | { readonly kind: 'stuck'; readonly reason: string; readonly message: string; readonly until?: Milliseconds };

type DecisionOf<Kind extends Decision['kind']> = Extract<Decision, { readonly kind: Kind }>;

export const done = (reason: string, message: string, until?: Milliseconds): DecisionOf<'done'> => ({
  kind: 'done',
  reason,
  message,
  ...(until === undefined ? {} : { until }),
});

/** Over, and nothing was shown: the step's condition is Unknown, never True. */
export const unproven = (reason: string, message: string): DecisionOf<'done'> => ({
  kind: 'done',
  reason,
  message,
  unproven: true,
});

export const act = (reason: string, message: string, ...actions: [Action, ...Action[]]): DecisionOf<'act'> => ({
  kind: 'act',
  reason,
  message,
  actions,
});

export const wait = (reason: string, message: string, until?: Milliseconds): DecisionOf<'wait'> => ({
  kind: 'wait',
  reason,
  message,
  ...(until === undefined ? {} : { until }),
});

export const stuck = (reason: string, message: string, until?: Milliseconds): DecisionOf<'stuck'> => ({
  kind: 'stuck',
  reason,
  message,
  ...(until === undefined ? {} : { until }),
});
