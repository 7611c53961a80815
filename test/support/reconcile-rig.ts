import type { CodeError } from '../../operator/api/errors.ts';
import type { CodeObject, KubeObject } from '../../operator/api/objects.ts';
import type { Parsed } from '../../operator/api/parsed.ts';
import type { GateQuestion } from '../../operator/core/gate-input.ts';
import type { Room } from '../../operator/core/room.ts';
import type { AuditRecord } from '../../operator/ports/audit.ts';
import type { PolicyAnswer } from '../../operator/ports/policy.ts';
import { auditedGate } from '../../operator/runtime/audited-gate.ts';
import type { PassResult } from '../../operator/runtime/pass-result.ts';
import type { Performer, Performers } from '../../operator/runtime/perform.ts';
import { performers } from '../../operator/runtime/performers.ts';
import { reconciler } from '../../operator/runtime/reconcile.ts';
import type { Lend } from '../../operator/runtime/workers.ts';
import { RecordedCluster } from './recorded-cluster.ts';
import { RecordedLog } from './recorded-log.ts';
import { RecordedMetrics } from './recorded-metrics.ts';
import type { Seen } from './small-room.ts';
import { VirtualClock } from './virtual-clock.ts';

const NOBODY: Performer<never> = () => Promise.reject(new Error('these tests perform no such action'));

/** The engine's own pass over one object in a recorded cluster, with a policy that answers what a test says. */
export class ReconcileRig {
  readonly cluster = new RecordedCluster();
  readonly clock = new VirtualClock();
  readonly metrics = new RecordedMetrics();
  readonly log = new RecordedLog();
  readonly audited: AuditRecord[] = [];
  readonly events: string[] = [];
  /** What policy answers to the step of an entry point. */
  answer: (entryPoint: string) => PolicyAnswer = () => value({ allow: true, deny: [], warn: [] });
  auditFails: CodeError | undefined;
  parse: (object: CodeObject) => Parsed<CodeObject> = (object) => ({ ok: true, value: object });
  /** Beside the real performers of objects and records. */
  performers: Partial<Performers> = {};
  lend: Lend = (work) => work();
  /** What keeps the reader behind its own writes. */
  behind: CodeError | undefined;
  readonly accessed: string[] = [];
  readonly #pass: (signal: AbortSignal) => Promise<PassResult>;

  constructor(room: Room<Seen>, object?: CodeObject) {
    if (object !== undefined) this.cluster.put(object);
    const { cluster, clock, metrics, log } = this;
    const doors = { tools: { call: NOBODY }, experts: [], consensus: { decide: NOBODY }, metrics };
    const pass = reconciler(room, {
      access: async (key) => {
        this.accessed.push(key);
        const real = performers(cluster, cluster, doors as never); // border: the doors that no test goes through
        const hands = { reader: cluster, writer: cluster, performers: { ...real, ...this.performers } };
        return this.behind === undefined ? hands : { ...hands, behind: this.behind };
      },
      config: { look: async () => [] },
      parse: (_room, stored) => this.parse(stored),
      gate: (question: GateQuestion) =>
        auditedGate({
          policy: { bundle: 'b-1', decide: ({ entryPoint }) => this.answer(entryPoint) },
          audit: {
            append: async (record) => {
              if (this.auditFails !== undefined) throw this.auditFails;
              this.audited.push(record);
            },
          },
          clock,
          log,
          metrics,
        })(question),
      laws: () => ({ now: clock.now(), epoch: 1, settings: { untenanted: 'Serve', podSecurityVersion: 'v1.36' } }),
      metrics,
      told: (_object, { conditions }) => {
        const ready = conditions.find(({ type }) => type === 'Ready');
        this.events.push(`${ready?.status} ${ready?.reason}`);
      },
    });
    this.#pass = (signal) => pass('acme', signal, (work) => this.lend(work));
  }

  pass(signal: AbortSignal = new AbortController().signal): Promise<PassResult> {
    return this.#pass(signal);
  }

  get object(): CodeObject | undefined {
    return this.cluster.get<CodeObject & KubeObject>({ resource: 'Tenant', name: 'acme' });
  }

  /** `Ready=True Done: words` of Ready, Reconciling and Stalled. */
  get standing(): readonly string[] {
    return (this.object?.status?.conditions ?? [])
      .filter(({ type }) => ['Ready', 'Reconciling', 'Stalled'].includes(type))
      .map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`);
  }
}

export const value = (decision: unknown): PolicyAnswer => ({ ok: true, value: decision, latencyMicroseconds: 1 });
