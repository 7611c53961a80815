import { labels } from '../../../api/names.ts';
import type { Service } from '../cluster-objects.ts';

/** The revision whose pods a Service selects; none where it asks for more, which those pods need not have. */
export function leadsTo({ spec: { selector = {} } }: Service): string | undefined {
  const { [labels.deployment]: _deployment, [labels.revision]: revision, ...others } = selector;
  return Object.keys(others).length === 0 ? revision : undefined;
}
