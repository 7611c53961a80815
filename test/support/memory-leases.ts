import { Conflict, NotFound } from '../../operator/api/errors.ts';
import type { Lease, LeaseClient } from '../../operator/runtime/lease.ts';

/** One lease as the API server keeps it: versions, and 409 on a stale one. Faults are thrown before or after a call. */
export class MemoryLeases implements LeaseClient {
  lease: Lease | undefined;
  /** Each accepted write: `create` or `update`, and the holder written. */
  readonly writes: string[] = [];
  /** Thrown instead of doing anything. */
  unreachable: Error | undefined;
  /** Thrown after the next write took place: its reply is lost. */
  lostReply: Error | undefined;
  #version = 0;

  async get(signal: AbortSignal): Promise<Lease | undefined> {
    this.#reach(signal);
    return this.lease;
  }

  async create(lease: Lease, signal: AbortSignal): Promise<Lease> {
    this.#reach(signal);
    if (this.lease !== undefined) throw new Conflict('AlreadyExists', 'the lease exists');
    return this.#store('create', lease);
  }

  async update(lease: Lease, signal: AbortSignal): Promise<Lease> {
    this.#reach(signal);
    if (this.lease === undefined) throw new NotFound('NotFound', 'the lease does not exist');
    if (lease.metadata.resourceVersion !== this.lease.metadata.resourceVersion) {
      throw new Conflict('Conflict', 'the lease has changed');
    }
    return this.#store('update', lease);
  }

  #reach(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.unreachable !== undefined) throw this.unreachable;
  }

  #store(verb: string, lease: Lease): Lease {
    this.lease = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(++this.#version) } };
    this.writes.push(`${verb} ${lease.spec?.holderIdentity ?? 'nobody'}`);
    const { lostReply } = this;
    this.lostReply = undefined;
    if (lostReply !== undefined) throw lostReply;
    return this.lease;
  }
}
