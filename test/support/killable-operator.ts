import { readFileSync } from 'node:fs';
import type { AuditRecord } from '../../operator/ports/audit.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { FaultProxy } from '../cluster/fault-proxy.ts';
import { type OperatorOptions, type OperatorProcess, runOperator } from '../cluster/operator.ts';

const LEASE = '/apis/coordination.k8s.io/v1/namespaces/code-system/leases/code-operator';

/** An operator behind a fault proxy, with a standby that takes over when a test kills it. */
export class KillableOperator {
  readonly #cluster: Cluster;
  readonly #proxy: FaultProxy;
  readonly #environment: OperatorOptions['environment'];
  readonly #all: OperatorProcess[] = [];
  #leader: Promise<OperatorProcess>;
  #standby: Promise<OperatorProcess>;

  constructor(cluster: Cluster, proxy: FaultProxy, environment: OperatorOptions['environment'] = {}) {
    this.#environment = environment;
    this.#cluster = cluster;
    this.#proxy = proxy;
    this.#leader = this.#start();
    this.#standby = this.#leader.then(() => this.#start());
  }

  /** Waits until the leader has a standby that can take over at once. */
  async ready(): Promise<void> {
    await this.#standby;
  }

  leader(): Promise<OperatorProcess> {
    return this.#leader;
  }

  /** Waits until the leader is dead, lets the standby lead and starts another standby. */
  async takeOver(): Promise<void> {
    await (await this.#leader).exit;
    // The dead cannot let go of their lease, and a test need not wait until it has run out.
    await this.#cluster.expectSuccess({
      method: 'PATCH',
      path: LEASE,
      contentType: 'application/merge-patch+json',
      body: { spec: { holderIdentity: '' } },
    });
    this.#leader = this.#standby;
    this.#standby = this.#leader.then(() => this.#start());
  }

  /** What all operators wrote down, the dead ones too, in the order of their lives. */
  trail(): readonly AuditRecord[] {
    return this.#all.flatMap(auditTrail);
  }

  async stop(): Promise<void> {
    await Promise.allSettled([this.#leader, this.#standby]);
    await Promise.all(this.#all.map((process) => process.stop()));
  }

  async #start(): Promise<OperatorProcess> {
    const process = await runOperator(this.#cluster, { server: this.#proxy.url, environment: this.#environment ?? {} });
    this.#all.push(process);
    await process.ready();
    return process;
  }
}

/** What an operator wrote down so far. */
export function auditTrail({ auditTrail: file }: OperatorProcess): readonly AuditRecord[] {
  const lines = readFileSync(file, { encoding: 'utf8', flag: 'a+' }).split('\n');
  // The last line of a killed one may be half a line.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as AuditRecord); // border: the operator's own lines
}
