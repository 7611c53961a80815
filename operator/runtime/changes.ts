interface Waiter {
  readonly holds: () => boolean;
  readonly wake: () => void;
}

/** Lets others wait until something they can see holds; whoever changes it says so with `notify`. */
export class Changes {
  readonly #waiters = new Set<Waiter>();

  notify(): void {
    for (const waiter of this.#waiters) {
      if (!waiter.holds()) continue;
      this.#waiters.delete(waiter);
      waiter.wake();
    }
  }

  /** Resolves once it holds, perhaps at once; rejects with the signal's reason. */
  until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (holds()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiters.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        holds,
        wake: () => {
          signal.removeEventListener('abort', abort);
          resolve();
        },
      };
      this.#waiters.add(waiter);
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}
