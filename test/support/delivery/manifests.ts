/** Objects that tests apply: the samples a user starts from, under the test's own names. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import type { Tenant } from '../../../operator/api/generated/tenant.ts';
import { projectRoot } from '../../verbs/project.ts';

/** How the simulated nodes of the plane make pods fail (test/cluster/stages.yaml). */
export type PodFailure =
  | 'config'
  | 'crash-later'
  | 'crash-loop'
  | 'image-pull'
  | 'init'
  | 'node-lost'
  | 'probe'
  | 'startup';

export interface ShopOptions {
  readonly namespace: string;
  readonly name?: string;
  /** Another sample than shop.yaml, for example `versions/shop-canary.yaml`. */
  readonly sample?: string;
  readonly fail?: PodFailure;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Added to the pods' labels: another value is another revision. */
  readonly version?: string;
  readonly container?: { readonly image?: string; readonly securityContext?: { readonly privileged: boolean } };
  readonly spec?: Partial<Deployment['spec']>;
}

/** The sample delivery: three pods, review, and a scan before the roll-out. */
export function shop(options: ShopOptions): Deployment {
  const { namespace, name = 'shop', sample: file = 'shop.yaml', fail, annotations, version, container, spec } = options;
  const sample = read<Deployment>(file, (text) => text.replaceAll(': shop', `: ${name}`));
  const { template } = sample.spec;
  const labels = {
    ...template.metadata?.labels,
    ...(version === undefined ? {} : { version }),
    ...(fail === undefined ? {} : { 'kwok.code-engine.dev/fail': fail }),
  };
  const containers = template.spec.containers.map((web) => ({ ...web, ...container }));
  return {
    ...sample,
    metadata: { namespace, name, ...(annotations === undefined ? {} : { annotations }) },
    spec: {
      ...sample.spec,
      template: { ...template, metadata: { ...template.metadata, labels }, spec: { ...template.spec, containers } },
      ...spec,
    },
  };
}

/** The sample Tenant with one namespace, `<name>-prod`. */
export function tenant(name: string, spec: Partial<Tenant['spec']> = {}): Tenant {
  const sample = read<Tenant>('tenant.yaml');
  return {
    ...sample,
    metadata: { name },
    spec: { ...sample.spec, namespaces: { prefix: `${name}-`, create: [`${name}-prod`] }, ...spec },
  };
}

function read<Kind>(sample: string, change = (text: string) => text): Kind {
  const text = readFileSync(join(projectRoot, 'config', 'samples', sample), 'utf8');
  return parse(change(text)) as Kind; // border: our own samples, which another test applies as they are
}
