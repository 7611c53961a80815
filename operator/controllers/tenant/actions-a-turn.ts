import type { Action } from '../../core/action.ts';

/** The gate reads every action of a turn, at most 256 KiB of them: the rest is decided in the next turn. */
const ACTIONS_A_TURN = 16;

export function firstOf(actions: readonly Action[]): readonly [Action, ...Action[]] | undefined {
  const [first, ...rest] = actions;
  return first === undefined ? undefined : [first, ...rest.slice(0, ACTIONS_A_TURN - 1)];
}
