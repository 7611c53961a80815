/** Hands of `ports/notifier.ts`: one wire a file. */

export { notifier } from './notifier.ts';
