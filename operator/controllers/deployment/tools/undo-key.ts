import { digest } from '../../../core/hash.ts';

/** Key of the call that takes another back: the same after any crash, whichever step makes it. */
export function undoKey(original: string): string {
  return digest([original, 'undo']);
}
