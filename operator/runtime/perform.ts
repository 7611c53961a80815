/**
 * The one place where effects happen: each action of a permit in order, stopping at the first that fails. Questions that change
 * nothing and stand next to each other are asked together.
 */

import { Aborted, asCodeError, type CodeError, Denied, Upstream } from '../api/errors.ts';
import type { RoomName } from '../api/names.ts';
import type { Action, ActionOf, ActionType, Effect, Outcomes } from '../core/action.ts';
import { isRbacRefusal } from '../core/rbac-refusal.ts';
import type { Permit } from './gate.ts';

export interface PerformContext {
  readonly room: RoomName;
  readonly fieldManager: string;
  readonly signal: AbortSignal;
  /** Gives this pass's worker to another key while something slow is awaited; the key stays held. */
  readonly lend: <Value>(work: () => Promise<Value>) => Promise<Value>;
}

export type Performer<Type extends ActionType> = (
  action: ActionOf<Type>,
  context: PerformContext,
) => Promise<Outcomes[Type]>;

/** A performer for every kind of action: a new kind does not compile until somebody performs it. */
export type Performers = { readonly [Type in ActionType]: Performer<Type> };

export interface Performed {
  readonly effects: readonly Effect[];
  readonly failure?: CodeError;
}

const QUESTIONS: ReadonlySet<ActionType> = new Set(['dry-run-object', 'query-metric']);

export async function perform(permit: Permit, performers: Performers, context: PerformContext): Promise<Performed> {
  const effects: Effect[] = [];
  for (const together of groupsOf(permit.actions)) {
    const settled = await Promise.allSettled(together.map((action) => performOne(action, performers, context)));
    for (const one of settled) {
      if (one.status === 'rejected') return { effects, failure: unsettledRights(asCodeError(one.reason)) };
      effects.push(one.value);
    }
  }
  return { effects };
}

/** Each action by itself, but for neighbours that only ask. */
function groupsOf(actions: readonly Action[]): readonly (readonly Action[])[] {
  const groups: Action[][] = [];
  for (const action of actions) {
    const last = groups.at(-1);
    if (last !== undefined && QUESTIONS.has(action.type) && last.every(({ type }) => type === action.type)) {
      last.push(action);
    } else groups.push([action]);
  }
  return groups;
}

async function performOne(action: Action, performers: Performers, context: PerformContext): Promise<Effect> {
  if (context.signal.aborted) throw new Aborted('Aborted', 'the pass was stopped before its next action');
  // The union of action and outcome is correlated by `type`, which TypeScript cannot follow through an index.
  const performer = performers[action.type] as (action: Action, context: PerformContext) => Promise<unknown>;
  return { action, outcome: await performer(action, context) } as Effect;
}

/**
 * A right that RBAC does not grant may be on its way: bindings written a moment ago reach the authorizer later. Such a
 * refusal is retried with backoff and shown; what admission or policy refused is not.
 */
function unsettledRights(error: CodeError): CodeError {
  const byRbac = error instanceof Denied && isRbacRefusal(error.message);
  return byRbac ? new Upstream('Forbidden', error.message, { cause: error }) : error;
}
