import type { PodTemplate } from '../../../api/generated/deployment.ts';
import { labels } from '../../../api/names.ts';
import { withConfigNames } from '../../../core/config-references.ts';
import { copyName } from '../delivery/frozen-config.ts';
import type { FrozenPlan } from '../delivery/frozen-plan.ts';

/** The user's template with the labels that tell whose pods these are and which revision they run, and with the copies of its config. */
export function podTemplate(name: string, plan: FrozenPlan): PodTemplate {
  const { template, config = [] } = plan;
  const spec =
    config.length === 0
      ? template.spec
      : withConfigNames(template.spec, (found) => {
          const kept = config.find((one) => one.kind === found.kind && one.name === found.name);
          return kept === undefined ? found.name : copyName(kept);
        });
  return {
    ...template,
    metadata: { ...template.metadata, labels: { ...template.metadata.labels, ...podLabels(name, plan.revision) } },
    spec,
  };
}

export function podLabels(name: string, revision: string) {
  return { [labels.deployment]: labelOf(name), [labels.revision]: revision };
}

/** A label holds 63 characters, a name 253: the owner reference is the identity, the label only leads to it. */
export function labelOf(name: string): string {
  return name.slice(0, 63).replace(/[-.]+$/, '');
}
