import type { Sink } from '../api/notices.ts';
import type { Milliseconds } from './decision.ts';

/** Everything a pure step may know beside what was observed: time and settings come in, nothing is looked up. */
export interface Laws {
  /** Unix time at the start of the pass. */
  readonly now: Milliseconds;
  /** Leader epoch (lease transitions): an intent recorded under another epoch was made by a process that is gone. */
  readonly epoch: number;
  readonly settings: LawSettings;
}

/** The settings that change what a step decides. */
export interface LawSettings {
  /** `Serve`: namespaces without a Tenant are served under a ServiceAccount the operator keeps there; `Refuse`: they are told to get a Tenant. */
  readonly untenanted: 'Serve' | 'Refuse';
  /** Pod Security version that tenant namespaces are pinned to, such as `v1.36`. */
  readonly podSecurityVersion: string;
  /** Who may be told of deliveries; absent: nobody. */
  readonly notifications?: { readonly sinks: Readonly<Record<string, Pick<Sink, 'default' | 'events' | 'tenants'>>> };
}
