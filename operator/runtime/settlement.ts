/** What the result of a pass means for its key: the table of runtime.md section 6. */
import { abortReasons } from '../api/abort-reasons.ts';
import { Aborted, Bug, type CodeError, Conflict, Denied, InvalidSpec } from '../api/errors.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Random } from '../ports/random.ts';
import type { PassResult } from './pass-result.ts';
import type { Queue, Taken } from './queue.ts';
import { spread } from './spread.ts';

/** How often a policy that said no is asked again: exceptions run out and data changes without an event. */
const ASK_AGAIN: Milliseconds = 10 * 60_000;
const CONFLICTS_IN_A_ROW = 5;
/** A wait whose time was over before the pass began would turn without end. */
const SHORTEST_WAIT: Milliseconds = 1_000;

export interface SettlementOptions {
  readonly name: string;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Value of the label `result` of `controller_runtime_reconcile_total`. */
export type Settled = 'success' | 'error' | 'requeue' | 'requeue_after';

export class Settlement {
  readonly #options: SettlementOptions;
  readonly #conflicts = new Map<string, number>();

  constructor(options: SettlementOptions) {
    this.#options = options;
  }

  /** @param startedAt Unix time at the start of the pass: the `now` that it decided on. */
  settle(taken: Taken, startedAt: Milliseconds, result: PassResult): Settled {
    const { queue, clock, random } = this.#options;
    const { key, priority } = taken;
    if (result.kind === 'failed') {
      const settled = this.#settleFailure(taken, result.error);
      // The earlier time wins: a back-off may be longer than the deadline of what failed.
      if (result.until !== undefined) queue.addAfter(key, Math.max(SHORTEST_WAIT, result.until - clock.now()));
      return settled;
    }
    this.#forget(key);
    switch (result.kind) {
      case 'done':
        return 'success';
      case 'again':
        queue.add(key, priority, true);
        return 'requeue';
      case 'wait': {
        if (result.until === undefined) return 'success';
        const shortest = result.until <= startedAt ? SHORTEST_WAIT : 0;
        queue.addAfter(key, Math.max(shortest, result.until - clock.now()));
        return 'requeue_after';
      }
      case 'stuck':
        if (!result.denied) return 'success';
        queue.addAfter(key, spread(ASK_AGAIN, random));
        if (result.until !== undefined) queue.addAfter(key, Math.max(SHORTEST_WAIT, result.until - clock.now()));
        return 'requeue_after';
    }
  }

  #settleFailure(taken: Taken, error: CodeError): Settled {
    if (error instanceof Conflict) return this.#settleConflict(taken, error);
    this.#conflicts.delete(taken.key);
    if (error instanceof Aborted) return this.#settleAbort(taken, error);
    if (error instanceof InvalidSpec || error instanceof Denied) return this.#settleForGood(taken.key, error);
    if (error instanceof Bug) this.#count('reconcile_panics_total');
    return this.#tryLater(taken.key, error);
  }

  /** Nobody's error: looking again decides on what is there now. Many in a row mean that two parties fight. */
  #settleConflict(taken: Taken, error: Conflict): Settled {
    const conflicts = (this.#conflicts.get(taken.key) ?? 0) + 1;
    this.#conflicts.set(taken.key, conflicts);
    if (conflicts > CONFLICTS_IN_A_ROW) return this.#tryLater(taken.key, error);
    this.#options.queue.add(taken.key, taken.priority, true);
    return 'requeue';
  }

  #settleAbort(taken: Taken, error: Aborted): Settled {
    switch (error.reason) {
      case abortReasons.superseded:
        this.#options.queue.add(taken.key, taken.priority);
        return 'requeue';
      case abortReasons.leaseLost:
      case abortReasons.shutdown:
        return 'success';
      case abortReasons.deadlinePassed:
        this.#count('reconcile_timeouts_total');
        return this.#tryLater(taken.key, error);
      default:
        return this.#tryLater(taken.key, error);
    }
  }

  #settleForGood(key: string, error: InvalidSpec | Denied): Settled {
    const { queue, random } = this.#options;
    this.#count('terminal_reconcile_errors_total');
    this.#report(key, error);
    queue.forget(key);
    if (error instanceof Denied) queue.addAfter(key, spread(ASK_AGAIN, random));
    return 'error';
  }

  #tryLater(key: string, error: CodeError): Settled {
    this.#report(key, error);
    this.#options.queue.addRateLimited(key, typeof error.retry === 'object' ? error.retry.afterMilliseconds : 0);
    return 'error';
  }

  #report(key: string, error: CodeError): void {
    this.#count('reconcile_errors_total');
    const fields = { controller: this.#options.name, key, reason: error.reason, error: error.message };
    if (!(error instanceof Bug || error.reason === abortReasons.deadlinePassed)) {
      this.#options.log.warn('a pass failed', fields);
      return;
    }
    const origin = error.cause instanceof Error ? error.cause : error;
    this.#options.log.error('a pass failed by a fault of the operator', { ...fields, stack: origin.stack });
  }

  #forget(key: string): void {
    this.#conflicts.delete(key);
    this.#options.queue.forget(key);
  }

  #count(name: Counted): void {
    this.#options.metrics.count(`controller_runtime_${name}`, { controller: this.#options.name });
  }
}

type Counted =
  | 'reconcile_errors_total'
  | 'terminal_reconcile_errors_total'
  | 'reconcile_panics_total'
  | 'reconcile_timeouts_total';
