/** What a delivery tells those who asked for it: the closed set of `type` on every wire, in settings and in `spec.notify`. */
export const NOTICE_TYPES = [
  'started',
  'stage_completed',
  'completed',
  'failed',
  'cancelled',
  'rolled_back',
  'approval_needed',
] as const;

export type NoticeType = (typeof NOTICE_TYPES)[number];

/** How a sink is spoken to. */
export const WIRES = ['webhook', 'cloudevents', 'slack'] as const;

export type WireKind = (typeof WIRES)[number];

/** Where notices may go: only a platform owner names addresses, and no other address is dialled for one. */
export interface Sink {
  readonly kind: WireKind;
  /** Where letters are posted; of a slack sink its origin, since the address itself is what the key file holds. */
  readonly url: string;
  /** Read at each use, one key a line, two while they change. */
  readonly keyFile: string;
  /** True: every Deployment tells it, whether it names it or not. */
  readonly default: boolean;
  /** What a Deployment tells it that asks for nothing else. */
  readonly events: readonly NoticeType[];
  /** Names of the only Tenants whose Deployments tell it; absent: every one may. */
  readonly tenants?: readonly string[];
}
