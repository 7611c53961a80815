import type { Performer } from '../perform.ts';

/** Nothing to do here: the pass ends after this turn, and its status write is what remembers. */
export const record: Performer<'record'> = () => Promise.resolve({});
