import type { RoomName } from '../api/names.ts';
import type { ObjectMeta } from '../api/objects.ts';
import type { Verdict } from '../core/gate-input.ts';

/** One line of the audit trail; bodies are digests here, never contents. */
export interface AuditRecord {
  readonly stage: 'decision' | 'intent' | 'outcome';
  /** `tool`: a call of one of our MCP tools, whose `object` is {kind: Tool, name: <server>.<tool>}. */
  readonly room: RoomName | 'tool';
  readonly step: string;
  /** Of the delivery it belongs to, as status.traceId tells it. */
  readonly traceId?: string;
  readonly object: { readonly kind: string } & Pick<ObjectMeta, 'namespace' | 'name' | 'uid' | 'resourceVersion'>;
  readonly actor: string;
  readonly action?: string;
  readonly verdict?: Verdict;
  readonly inputDigest?: string;
  /** Idempotency key of a call: one key, one effect. */
  readonly key?: string;
  readonly outcome?: string;
  readonly at: string;
}

/** Durable before it resolves. @throws Upstream `AuditDown`: steps with effects are then denied. */
export interface Audit {
  append(record: AuditRecord): Promise<void>;
}
