import type { PodTemplate } from '../../../api/generated/deployment.ts';
import type { ConfigKind } from '../../../core/config-references.ts';
import { hashedName } from '../../../core/hash.ts';
import { equal } from '../../../core/merge-patch.ts';
import type { ConfigSource } from '../config/config-source.ts';
import type { FrozenPlan } from './frozen-plan.ts';

/** A ConfigMap or Secret of a revision, and the digest of what it holds for that revision's pods. */
export interface FrozenConfig {
  readonly kind: ConfigKind;
  readonly name: string;
  readonly digest: string;
}

/** Stands for what is not known yet: a revision with it is waited with, never rolled out. */
const UNKNOWN = 'unknown';

export const isKnown = ({ digest }: FrozenConfig): boolean => digest !== UNKNOWN;

export function copyName({ name, digest }: FrozenConfig): string {
  return hashedName(name, digest);
}

/**
 * What the desired revision freezes of the objects that its template names: those that are there and not live. Absent where
 * the plan that stands is of a version that froze none: no upgrade of the operator starts a delivery.
 */
export function frozenConfig(
  template: PodTemplate,
  sources: readonly ConfigSource[],
  standing: FrozenPlan | undefined,
): readonly FrozenConfig[] | undefined {
  if (sources.length === 0) return undefined;
  const same = standing !== undefined && equal(standing.template, template);
  if (same && standing.config === undefined) return undefined;
  return sources.flatMap(({ kind, name, optional, sight }): readonly FrozenConfig[] => {
    if (sight.state === 'present') return sight.live ? [] : [{ kind, name, digest: sight.digest }];
    // What went away, or cannot be read now, leaves a revision as it is: its pods have their copies.
    if (same) return standing.config?.filter((one) => one.kind === kind && one.name === name) ?? [];
    return sight.state === 'absent' && optional ? [] : [{ kind, name, digest: UNKNOWN }];
  });
}
