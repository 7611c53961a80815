import type { ConfigSight } from '../../../ports/config.ts';
import type { FrozenConfig } from '../delivery/frozen-config.ts';
import type { ConfigSource } from './config-source.ts';

/** What this pass knows of ConfigMaps and Secrets: names, digests, owners, and never what they hold. */
export interface ObservedConfig {
  readonly sources: readonly ConfigSource[];
  readonly copies: readonly ObservedCopy[];
  readonly change?: ConfigChange;
}

/** One copy that a revision's pods mount, or ought to. */
export interface ObservedCopy extends FrozenConfig {
  readonly sight: ConfigSight;
  /** True while what it was made from still holds the same. */
  readonly renewable: boolean;
}

/** The desired revision differs from what serves in what ConfigMaps and Secrets hold, and in nothing else. */
export interface ConfigChange {
  readonly changed: readonly FrozenConfig[];
  /** UIDs of the Deployments that name any of the changed ones, this one among them. */
  readonly sharers: readonly string[];
}
