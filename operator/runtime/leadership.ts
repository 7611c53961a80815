import { abortReasons } from '../api/abort-reasons.ts';
import { Aborted, asCodeError, type CodeError, Conflict, NotFound } from '../api/errors.ts';
import type { ElectorOptions } from './elect.ts';
import { Fence } from './fence.ts';
import { epochOf, holderOf, type Lease, released, renewed } from './lease.ts';

/** A lease that is held: renews it until it is lost or released. */
export class Leadership {
  /** Every write and external call of a leader goes through it. */
  readonly fence: Fence;
  /** Resolves, with the reason, when the lease is lost: stop everything, write nothing, end the process non-zero. */
  readonly lost: Promise<Aborted>;
  readonly #options: ElectorOptions;
  readonly #stop = new AbortController();
  readonly #renewing: Promise<void>;
  #lease: Lease;

  /** @param since start of the write that took the lease, on the monotonic clock */
  constructor(lease: Lease, since: number, options: ElectorOptions) {
    this.#lease = lease;
    this.#options = options;
    this.fence = new Fence(epochOf(lease), since + options.times.renewDeadline, options.clock);
    this.lost = new Promise((resolve) => {
      this.fence.signal.addEventListener('abort', () => {
        options.metrics.gauge('leader_election_master_status', 0, { name: options.name.name });
        const { reason } = this.fence.signal;
        if (reason instanceof Aborted && reason.reason === abortReasons.leaseLost) resolve(reason);
      });
    });
    options.metrics.gauge('leader_election_master_status', 1, { name: options.name.name });
    this.#renewing = this.#renewForever();
  }

  /**
   * Shuts the fence and gives the lease back, so that a successor starts at once. Never throws: where it fails the
   * successor waits for the lease to run out. Does nothing when the lease is lost.
   */
  async release(signal: AbortSignal): Promise<void> {
    this.#stop.abort();
    await this.#renewing;
    if (this.fence.signal.aborted) return;
    this.fence.shut(new Aborted(abortReasons.shutdown, 'the lease is given back: the operator ends'));
    const { client, clock, log } = this.#options;
    try {
      await client.update(released(this.#lease, clock.now()), signal);
    } catch (thrown) {
      log.warn('the lease could not be given back; a successor waits until it runs out', {
        lease: this.#options.name.name,
        error: asCodeError(thrown).message,
      });
    }
  }

  async #renewForever(): Promise<void> {
    const { clock, times } = this.#options;
    while (!this.fence.signal.aborted && !this.#stop.signal.aborted) {
      try {
        await clock.sleep(times.retryPeriod, this.#stop.signal);
      } catch {
        return; // released
      }
      if (!this.fence.signal.aborted) await this.#renew();
    }
  }

  async #renew(): Promise<void> {
    const { client, clock, times, log } = this.#options;
    const start = clock.monotonic();
    try {
      this.#lease = await this.fence.guard((signal) => client.update(renewed(this.#lease, clock.now()), signal));
      this.fence.extend(start + times.renewDeadline);
    } catch (thrown) {
      const error = asCodeError(thrown);
      if (this.fence.signal.aborted) return;
      if (error instanceof Conflict || error instanceof NotFound) await this.#lookAgain();
      else log.warn('the lease could not be renewed; trying again', this.#fields(error));
    }
  }

  /** Somebody wrote the lease: our own renewal whose reply was lost, a human, or another leader. */
  async #lookAgain(): Promise<void> {
    const { client, clock, times, log, metrics, name } = this.#options;
    metrics.count('leader_election_slowpath_total', { name: name.name });
    const start = clock.monotonic();
    try {
      const current = await this.fence.guard((signal) => client.get(signal));
      if (current === undefined || !this.#isOurs(current)) {
        const holder = current === undefined ? 'nobody: it was deleted' : (holderOf(current) ?? 'nobody');
        this.fence.shut(new Aborted(abortReasons.leaseLost, `the lease ${name.name} is held by ${holder}`));
        return;
      }
      this.#lease = await this.fence.guard((signal) => client.update(renewed(current, clock.now()), signal));
      this.fence.extend(start + times.renewDeadline);
    } catch (thrown) {
      if (!this.fence.signal.aborted)
        log.warn('the lease could not be read; trying again', this.#fields(asCodeError(thrown)));
    }
  }

  #isOurs(lease: Lease): boolean {
    return holderOf(lease) === this.#options.identity && epochOf(lease) === this.fence.epoch;
  }

  #fields(error: CodeError): { lease: string; reason: string; error: string } {
    return { lease: this.#options.name.name, reason: error.reason, error: error.message };
  }
}
