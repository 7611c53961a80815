import { NotFound } from '../api/errors.ts';
import type { KubeObject } from '../api/objects.ts';
import { OPERATOR } from '../core/action.ts';
import type { Milliseconds } from '../core/decision.ts';
import { hashedName, shortHash } from '../core/hash.ts';
import type { ToldEvent } from '../core/told-events.ts';
import type { Clock } from '../ports/clock.ts';
import type { Writer } from '../ports/kube.ts';
import type { Metrics } from '../ports/metrics.ts';
import { type Correlated, EventCorrelator } from './event-correlator.ts';

const QUEUE = 1_000;
const LONGEST_MESSAGE = 1_024;
const LONGEST_NAME = 253;
const FIELD_MANAGER = 'code-events';
/** Where the API server keeps events of objects that have no namespace. */
const NO_NAMESPACE = 'default';

export interface EventRecorderParts {
  /** Fenced: only a leader tells. */
  readonly writer: Pick<Writer, 'create' | 'mergePatch'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Name of the operator, and of its pod. */
  readonly component: string;
  readonly instance: string;
}

interface Pending {
  readonly object: KubeObject;
  readonly event: ToldEvent;
  readonly at: Milliseconds;
}

/** Tells Kubernetes events, one write after the other, behind a bounded queue. Nobody waits for it, and it never fails. */
export class EventRecorder {
  readonly #parts: EventRecorderParts;
  readonly #correlator = new EventCorrelator();
  readonly #queue: Pending[] = [];
  #sending: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: EventRecorderParts) {
    this.#parts = parts;
  }

  record(object: KubeObject, event: ToldEvent): void {
    if (this.#stopped || this.#queue.length >= QUEUE) {
      this.#count('dropped');
      return;
    }
    this.#queue.push({ object, event, at: this.#parts.clock.now() });
    this.#sending ??= this.#sendAll();
  }

  /** Takes no more, and resolves when what waits is told. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    // Whoever tells the event, a pass at its end, finishes first.
    await Promise.resolve();
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) await this.#send(next);
    this.#sending = undefined;
  }

  async #send(pending: Pending): Promise<void> {
    const correlated = this.#correlator.correlate(pending.object.metadata, pending.event, pending.at);
    if (correlated === undefined) {
      this.#count('filtered');
      return;
    }
    try {
      await this.#write(pending, correlated);
      this.#count('sent');
    } catch {
      // An event is a courtesy: what happened stands in status, and the log has the call that failed.
      this.#correlator.failed(correlated);
      this.#count('failed');
    }
  }

  async #write(pending: Pending, correlated: Correlated): Promise<void> {
    const { name } = correlated;
    if (name !== undefined) {
      try {
        await this.#raise(pending, correlated, name);
        return;
      } catch (thrown) {
        if (!(thrown instanceof NotFound)) throw thrown;
      }
    }
    // The API server drops events after an hour: one that is gone begins anew.
    await this.#create(pending, name === undefined ? correlated : { ...correlated, count: 1, first: pending.at });
  }

  async #raise({ object, at }: Pending, correlated: Correlated, name: string): Promise<void> {
    const { count, message } = correlated;
    const patch = { count, message: cut(message), lastTimestamp: wholeSeconds(at) };
    const namespace = object.metadata.namespace ?? NO_NAMESPACE;
    await this.#parts.writer.mergePatch({ resource: 'Event', namespace, name }, patch, options());
    this.#correlator.written(correlated, name);
  }

  async #create({ object, event, at }: Pending, correlated: Correlated): Promise<void> {
    const { component, instance, writer } = this.#parts;
    const { name: of, namespace, uid, resourceVersion } = object.metadata;
    const name = hashedName(of, shortHash({ key: correlated.key, at, instance }, 16), LONGEST_NAME);
    await writer.create(
      {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name, namespace: namespace ?? NO_NAMESPACE },
        involvedObject: { apiVersion: object.apiVersion, kind: object.kind, name: of, namespace, uid, resourceVersion },
        type: event.type,
        reason: event.reason,
        message: cut(correlated.message),
        count: correlated.count,
        firstTimestamp: wholeSeconds(correlated.first),
        lastTimestamp: wholeSeconds(at),
        source: { component },
        reportingComponent: component,
        reportingInstance: instance,
      } satisfies CoreEvent,
      options(),
    );
    this.#correlator.written(correlated, name);
  }

  #count(result: 'sent' | 'filtered' | 'dropped' | 'failed'): void {
    this.#parts.metrics.count('code_events_total', { result });
  }
}

/** core/v1 Event, as far as we write it. */
interface CoreEvent extends KubeObject {
  readonly involvedObject: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly namespace: string | undefined;
    readonly uid: string | undefined;
    readonly resourceVersion: string | undefined;
  };
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly firstTimestamp: string;
  readonly lastTimestamp: string;
  readonly source: { readonly component: string };
  readonly reportingComponent: string;
  readonly reportingInstance: string;
}

const options = () => ({ as: OPERATOR, fieldManager: FIELD_MANAGER, signal: new AbortController().signal });

const cut = (message: string): string =>
  message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE - 3)}...` : message;

const wholeSeconds = (time: Milliseconds): string => new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
