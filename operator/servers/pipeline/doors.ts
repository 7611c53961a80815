import type { Access } from '../../ports/access.ts';
import type { ApiCall } from '../../ports/api-call.ts';
import type { Audit } from '../../ports/audit.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { PolicyEngine } from '../../ports/policy.ts';
import type { Schemas } from '../../ports/schemas.ts';
import type { JsonObject } from '../tool.ts';

/** Everything outside that a call of a tool touches. */
export interface InvokeDoors {
  readonly access: Access;
  readonly api: ApiCall;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly policy: PolicyEngine;
  readonly schemas: Schemas;
  /** What policies may know of the Tenant that owns a namespace. */
  readonly tenantOf: (namespace: string) => (JsonObject & { readonly name: string }) | undefined;
}
