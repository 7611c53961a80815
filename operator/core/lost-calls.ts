import type { Deployment } from '../api/generated/deployment.ts';
import type { CodeObject, CodeStatus } from '../api/objects.ts';
import { bounded } from './conditions.ts';
import type { ToldEvent } from './told-events.ts';

/** The event of calls that nobody takes back any more, of a status that was just written: all that were lost together in one. */
export function lostCalls(object: CodeObject, status: CodeStatus): readonly ToldEvent[] {
  if (object.kind !== 'Deployment') return [];
  const rowsOf = (told: CodeStatus | undefined) => (told as Deployment['status'])?.tools ?? []; // border: the kind says so
  const before = new Set(rowsOf(object.status).flatMap(({ key, lost }) => (lost === undefined ? [] : [key])));
  const fresh = rowsOf(status).filter(({ key, lost }) => lost !== undefined && !before.has(key));
  const [first] = fresh;
  if (first === undefined) return [];
  const names = fresh.map(({ name, server, tool }) => (server === undefined ? name : `${name} (${server}.${tool})`));
  const message = `calls of the delivery that was superseded are NOT undone: ${names.join(', ')}: ${first.lost}; look at what they did, and undo by hand what has to be`;
  return [{ type: 'Warning', reason: 'UndoLost', message: bounded(message) }];
}
