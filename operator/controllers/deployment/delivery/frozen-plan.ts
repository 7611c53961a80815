import type {
  Analysis,
  Ask,
  DeliveryTools,
  DeploymentSpec,
  LabelSelector,
  PodTemplate,
  Review,
} from '../../../api/generated/deployment.ts';
import { HASH_VERSION, shortHash } from '../../../core/hash.ts';
import type { FrozenConfig } from './frozen-config.ts';
import { type PlannedStrategy, plannedStrategy } from './planned-strategy.ts';

/** A call of a tool, as the spec states it. */
export type PlannedCall = NonNullable<DeliveryTools['before']>[number];

/**
 * Everything a delivery obeys, frozen at its start in a ControllerRevision: later steps read this and never the live spec
 * (delivery.md section 3). `replicas` and `suspend` are not part of it and act at once.
 */
export interface FrozenPlan {
  /** Of the hashing rule. */
  readonly version: number;
  /** Hash of everything below. */
  readonly hash: string;
  /** Hash of the template and of what its ConfigMaps and Secrets hold: names the ReplicaSet. */
  readonly revision: string;
  readonly selector: LabelSelector;
  readonly template: PodTemplate;
  /** What the template names and pods read as copies. Absent where it names nothing, or was planned by a version that kept no copies. */
  readonly config?: readonly FrozenConfig[];
  readonly minReadySeconds: number;
  readonly progressDeadlineSeconds: number;
  readonly maxSurge: number | string;
  readonly maxUnavailable: number | string;
  /** Absent where Rolling. */
  readonly strategy?: PlannedStrategy;
  /** Absent where nothing is measured. */
  readonly analysis?: Analysis;
  readonly review: Review & Required<Pick<Review, 'require' | 'onUnavailable' | 'maxRisk'>>;
  /** Whom `Ask` asks; absent where nobody said. */
  readonly ask?: Ask;
  readonly tools: { readonly [When in keyof Required<DeliveryTools>]: readonly PlannedCall[] };
  /** It goes back inside the rollback window: without review, steps and analysis. */
  readonly direct?: true;
  /** A failure is held until a person decides; absent where it goes back by itself. */
  readonly holdsFailure?: true;
}

/** The plan that a spec asks for; fields left out read as their defaults, so that stating a default changes no hash. */
export function planOf(
  spec: DeploymentSpec,
  config?: readonly FrozenConfig[],
  marks: Pick<FrozenPlan, 'direct'> = {},
): FrozenPlan {
  const revision = shortHash({
    version: HASH_VERSION,
    template: spec.template,
    // A template without config has the hash that it always had.
    ...(config === undefined || config.length === 0 ? {} : { config }),
  });
  const strategy = plannedStrategy(spec);
  const rules = {
    version: HASH_VERSION,
    revision,
    selector: spec.selector,
    minReadySeconds: spec.minReadySeconds ?? 0,
    progressDeadlineSeconds: spec.progressDeadlineSeconds ?? 600,
    maxSurge: spec.strategy?.rolling?.maxSurge ?? '25%',
    maxUnavailable: spec.strategy?.rolling?.maxUnavailable ?? '25%',
    ...(strategy === undefined ? {} : { strategy }),
    ...(spec.analysis === undefined ? {} : { analysis: spec.analysis }),
    review: { require: 'approve', onUnavailable: 'Ask', maxRisk: 'medium', ...spec.review } as const,
    ...(spec.ask === undefined ? {} : { ask: spec.ask }),
    tools: {
      before: spec.tools?.before ?? [],
      after: spec.tools?.after ?? [],
      onRollback: spec.tools?.onRollback ?? [],
    },
    ...(spec.rollback?.automatic === false ? { holdsFailure: true as const } : {}),
    ...marks,
  };
  return {
    ...rules,
    hash: shortHash(rules),
    template: spec.template,
    ...(config === undefined ? {} : { config }),
  };
}
