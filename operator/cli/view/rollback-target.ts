import type { Deployment, PodTemplate } from '../../api/generated/deployment.ts';
import type { KubeObject } from '../../api/objects.ts';
import type { Json } from '../../core/json.ts';

/** A ControllerRevision that keeps a frozen plan; of its data only these are looked at. */
export interface KeptPlan extends KubeObject {
  readonly revision?: number;
  readonly data?: Json;
}

export interface RollbackTarget {
  readonly revision: string;
  readonly template: PodTemplate;
  /** ConfigMaps and Secrets with the digest of what they held for that revision. */
  readonly config: readonly Json[];
}

export type Choice = { readonly target: RollbackTarget } | { readonly refusal: string };

/**
 * The revision to go back to: the one named, else the one that serves while another is asked for, else the one that served
 * before. Only a revision whose plan is still kept has a template to put back.
 */
export function rollbackTarget(deployment: Deployment, plans: readonly KeptPlan[], named: string | undefined): Choice {
  const { desired, serving, previous = [], rejected = [] } = deployment.status?.revisions ?? {};
  const kept = new Map(
    newestLast(plans).flatMap((plan) => (templateOf(plan) ? [[revisionOf(plan), templateOf(plan)]] : [])),
  );
  const past = [serving, ...previous.map(({ hash }) => hash)].find(
    (hash) => hash !== undefined && hash !== desired && kept.has(hash),
  );
  const revision = named ?? past;
  const choices = [...kept.keys()].filter((hash) => hash !== desired).join(', ') || 'none';
  if (revision === undefined) {
    return { refusal: `no earlier revision served whose plan is kept: name one with --to (kept: ${choices})` };
  }
  if (revision === desired)
    return { refusal: `revision ${revision} is what the spec asks for already: nothing to go back to` };
  const template = kept.get(revision);
  if (template === undefined) return { refusal: `no plan of revision ${revision} is kept: choose one of ${choices}` };
  const refused = rejected.find(({ hash }) => hash === revision);
  if (refused !== undefined) {
    const next = 'to try it again apply it by hand and use kubectl code retry';
    return { refusal: `revision ${revision} was rejected (${refused.reason}), so applying it starts nothing: ${next}` };
  }
  return { target: { revision, template, config: configOf(plans, revision) } };
}

function configOf(plans: readonly KeptPlan[], revision: string): readonly Json[] {
  const data = newestLast(plans).findLast((plan) => revisionOf(plan) === revision)?.data;
  const config = isRecord(data) ? data['config'] : undefined;
  return Array.isArray(config) ? config : [];
}

function newestLast(plans: readonly KeptPlan[]): readonly KeptPlan[] {
  return plans.toSorted((left, right) => (left.revision ?? 0) - (right.revision ?? 0));
}

function revisionOf({ data }: KeptPlan): string {
  return isRecord(data) && typeof data['revision'] === 'string' ? data['revision'] : '';
}

function templateOf(plan: KeptPlan): PodTemplate | undefined {
  const { data } = plan;
  if (revisionOf(plan) === '' || !isRecord(data) || !isRecord(data['template'])) return undefined;
  return data['template'] as unknown as PodTemplate; // border: the operator froze it from a spec the API server had judged
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
