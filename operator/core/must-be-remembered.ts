import type { Action } from './action.ts';

/**
 * True when status has to be written before anything else happens: an intent stands before its call, and how a call ended
 * stands before what builds on it, or a crash in between would make the call again.
 */
export function mustBeRemembered(actions: readonly Action[]): boolean {
  return actions.some(
    (action) => action.type === 'call-tool' || (action.type === 'record' && action.deferred !== true),
  );
}
