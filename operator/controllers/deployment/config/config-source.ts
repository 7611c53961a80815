import type { ConfigReference } from '../../../core/config-references.ts';
import type { ConfigSight } from '../../../ports/config.ts';

/** A ConfigMap or Secret that the spec names, as it is now. */
export interface ConfigSource extends ConfigReference {
  readonly sight: ConfigSight;
}

/** Pods of the desired revision cannot have it: it is not there, or nobody knows. */
export function isUnresolved({ optional, sight }: ConfigSource): boolean {
  return sight.state === 'refused' || (sight.state === 'absent' && !optional);
}
