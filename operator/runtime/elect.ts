/**
 * Leader election by a Lease (runtime.md section 9). No clock of another machine is trusted: a lease has run out when it
 * was not seen to change for its duration on the local monotonic clock.
 */
import { asCodeError, Conflict, InvalidSpec } from '../api/errors.ts';
import type { Milliseconds } from '../core/decision.ts';
import { canonicalJson } from '../core/hash.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Random } from '../ports/random.ts';
import { Leadership } from './leadership.ts';
import { holderOf, type Lease, type LeaseClient, type LeaseName, taken } from './lease.ts';
import { spread } from './spread.ts';

export interface ElectionTimes {
  /** How long a lease that is not renewed still counts. */
  readonly duration: Milliseconds;
  /** How long after its last good renewal a leader still writes. */
  readonly renewDeadline: Milliseconds;
  readonly retryPeriod: Milliseconds;
}

export const ELECTION_TIMES: ElectionTimes = { duration: 15_000, renewDeadline: 10_000, retryPeriod: 2_000 };

/** A standby reads one small object each second: it sees a release in time for R36 and needs no watch to go wrong. */
const LOOK_PERIOD: Milliseconds = 1_000;

export interface ElectorOptions {
  readonly name: LeaseName;
  /** Unique for this process: pod name and a UUID. */
  readonly identity: string;
  readonly times: ElectionTimes;
  readonly client: LeaseClient;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The lease as it was when it last changed, and when that was seen on the monotonic clock. */
interface Seen {
  readonly content: string;
  readonly at: Milliseconds;
}

export class Elector {
  readonly #options: ElectorOptions;
  #seen: Seen | undefined;

  /** @throws InvalidSpec when the times would let two leaders write at once. */
  constructor(options: ElectorOptions) {
    const { duration, renewDeadline, retryPeriod } = options.times;
    if (!(retryPeriod > 0 && retryPeriod < renewDeadline && renewDeadline < duration)) {
      throw new InvalidSpec(
        'InvalidElectionTimes',
        `the retry period (${retryPeriod} ms) must be shorter than the renew deadline (${renewDeadline} ms), and that shorter than the lease duration (${duration} ms)`,
      );
    }
    this.#options = options;
    options.metrics.gauge('leader_election_master_status', 0, { name: options.name.name });
  }

  /** Waits for the lease, however long it takes. Rejects with the signal's reason when that aborts first. */
  async acquire(signal: AbortSignal): Promise<Leadership> {
    const { clock, log, name } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      let pause: Milliseconds;
      try {
        const turn = await this.#look(signal);
        if (turn instanceof Leadership) return turn;
        pause = turn;
      } catch (thrown) {
        signal.throwIfAborted();
        const error = asCodeError(thrown);
        if (!(error instanceof Conflict)) {
          const fields = { lease: name.name, reason: error.reason, error: error.message };
          log.warn('the lease could not be read or taken; trying again', fields);
        }
        pause = this.#pauseAfter(error.retry);
      }
      await clock.sleep(pause, signal);
    }
  }

  /** Takes the lease if it is free, else tells how long to wait before the next look. */
  async #look(signal: AbortSignal): Promise<Leadership | Milliseconds> {
    const { client, clock, identity } = this.#options;
    const lease = await client.get(signal);
    if (lease === undefined) {
      this.#seen = undefined;
      return this.#take(undefined, signal);
    }
    const now = clock.monotonic();
    const content = canonicalJson(lease.spec ?? {});
    if (this.#seen?.content !== content) this.#seen = { content, at: now };
    const holder = holderOf(lease);
    const left = this.#seen.at + this.#durationOf(lease) - now;
    if (holder === undefined || holder === identity || left <= 0) return this.#take(lease, signal);
    return Math.min(spread(LOOK_PERIOD, this.#options.random), left);
  }

  async #take(before: Lease | undefined, signal: AbortSignal): Promise<Leadership> {
    const { client, clock, identity, log, name, times } = this.#options;
    const start = clock.monotonic();
    const lease = taken(before, name, identity, times.duration, clock.now());
    const held = before === undefined ? await client.create(lease, signal) : await client.update(lease, signal);
    log.info('this replica leads now', { lease: name.name, identity, epoch: held.spec?.leaseTransitions });
    return new Leadership(held, start, this.#options);
  }

  /** What its holder promised, which may differ from our own setting. */
  #durationOf(lease: Lease): Milliseconds {
    const seconds = lease.spec?.leaseDurationSeconds;
    return seconds === undefined ? this.#options.times.duration : seconds * 1_000;
  }

  #pauseAfter(retry: 'now' | 'backoff' | 'never' | { readonly afterMilliseconds: Milliseconds }): Milliseconds {
    if (typeof retry === 'object') return Math.max(retry.afterMilliseconds, LOOK_PERIOD);
    return spread(retry === 'now' ? LOOK_PERIOD : this.#options.times.retryPeriod, this.#options.random);
  }
}
