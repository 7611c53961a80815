import type { Performer } from '../perform.ts';
import type { Postbox } from '../postbox.ts';

/** Hands a letter over, or says what became of it: no pass waits for a sink. */
export function notify(postbox: Postbox): Performer<'notify'> {
  return async (action) => postbox.hand(action);
}
