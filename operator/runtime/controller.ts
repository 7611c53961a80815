/** One room at work: its queue, its workers, and the changes of the caches that put keys into the queue. */

import { labels } from '../api/names.ts';
import { keyOf } from '../api/resources.ts';
import { beginsAnew, needsPass } from '../core/predicate.ts';
import type { Lookup, Observed, Room } from '../core/room.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Random } from '../ports/random.ts';
import { Beginnings } from './beginnings.ts';
import type { Caches } from './caches.ts';
import { Queue } from './queue.ts';
import type { StoreEvent } from './store.ts';
import { priorities } from './waiting-line.ts';
import { type Pass, Workers } from './workers.ts';

export interface ControllerParts<O extends Observed> {
  readonly room: Room<O>;
  readonly pass: Pass;
  readonly caches: Caches;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly workers: number;
  /** Whoever else learns that keys have to be looked at again. */
  readonly wokenBy?: (wake: (key: string) => void) => void;
}

/** Builds the workers of a room and subscribes their queue; nothing runs before `start`. */
export function controller<O extends Observed>(parts: ControllerParts<O>): Workers {
  const { room, caches, clock, random, metrics, log } = parts;
  const store = caches.store(room.resource);
  const lookup: Lookup = (index, value) => store.by(index, value);
  const queue = new Queue({ name: room.name, clock, metrics, groupOf: (key) => groupOf(caches, key) });

  const beginnings = new Beginnings(clock, (key) => queue.add(key, priorities.change));

  caches.subscribe(room.resource, (event) => {
    if (event.type === 'updated' && !needsPass(event.old, event.object)) return;
    const key = keyOf(event.object.metadata);
    // Subscribed once the caches are filled, so an object that is added is one that somebody made just now (R6).
    const before = event.type === 'updated' ? event.old : undefined;
    const anew = event.type !== 'deleted' && beginsAnew(before, event.object);
    if (!anew || beginnings.begin(key, groupOf(caches, key))) queue.add(key, priorities.change);
    if (event.type === 'deleted') caches.writes.forget(`${room.name}/${key}`);
  });
  for (const trigger of room.triggers) {
    caches.subscribe(trigger.resource, (event) => {
      for (const object of statesOf(event)) {
        for (const reference of trigger.keys(object, lookup)) {
          const key = keyOf(reference);
          if (store.get(key) === undefined) continue;
          if (trigger.after === undefined) queue.add(key, priorities.change, true);
          else queue.addAfter(key, trigger.after, priorities.change, true);
        }
      }
    });
  }
  parts.wokenBy?.((key) => queue.add(key, priorities.change, true));
  return new Workers({
    name: room.name,
    queue,
    pass: parts.pass,
    keys: () => [...store.entries()].map(([key]) => key),
    clock,
    random,
    metrics,
    log,
    workers: parts.workers,
    beginnings,
  });
}

/** An object that lost an owner or a label still concerns the one it had. */
function statesOf(event: StoreEvent) {
  return event.type === 'updated' ? [event.old, event.object] : [event.object];
}

/** Fairness is among tenants; a namespace without one stands for itself. */
function groupOf(caches: Caches, key: string): string {
  const [namespace = ''] = key.split('/');
  return caches.store('Namespace').get(namespace)?.metadata.labels?.[labels.tenant] ?? namespace;
}
