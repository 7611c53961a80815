import type { Deployment } from '../../../api/generated/deployment.ts';

/** The other Deployments that this one goes by, as the cache has them: a status that is old may only hold it back longer. */
export interface ObservedOrder {
  /** What `spec.dependsOn` names, in its order; `found` is absent where there is no such object. */
  readonly dependencies: readonly { readonly name: string; readonly found?: Deployment }[];
  /** Names from this object round to itself, where `dependsOn` leads back. */
  readonly cycle?: readonly string[];
  /** The others of the same group and release. */
  readonly members: readonly Deployment[];
  /** The others of the Tenant, where it limits how many deliveries are under way. */
  readonly rivals: readonly Deployment[];
}

/** Goes by nobody. */
export const ALONE: ObservedOrder = { dependencies: [], members: [], rivals: [] };
