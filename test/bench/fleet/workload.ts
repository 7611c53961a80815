import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import { API_VERSION } from '../../../operator/api/names.ts';
import { projectRoot } from '../../verbs/project.ts';
import type { Seen } from '../watched.ts';

/** One kind of Deployment, ours or the plane's own, as the fleet creates and changes it. */
export interface Workload {
  readonly name: string;
  /** Path of its collection in a namespace. */
  path(namespace: string): string;
  manifest(name: string): object;
  /** A merge patch that makes another revision. */
  readonly change: object;
  /** Whether the object stands as its spec asks: rolled out, and nothing of an older revision left. */
  isReady(object: Seen): boolean;
}

const REPLICAS = 2;

const change = { spec: { template: { metadata: { annotations: { 'bench.example.org/version': '2' } } } } };

export const ours: Workload = {
  name: 'code-engine.dev Deployment',
  path: (namespace) => `/apis/${API_VERSION}/namespaces/${namespace}/deployments`,
  manifest: (name) => ({ apiVersion: API_VERSION, kind: 'Deployment', metadata: { name }, spec: spec(name) }),
  change,
  isReady: (object) => hasObserved(object) && is(object, 'Ready') && hasAll(object),
};

export const apps: Workload = {
  name: 'apps/v1 Deployment',
  path: (namespace) => `/apis/apps/v1/namespaces/${namespace}/deployments`,
  manifest: (name) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: spec(name) }),
  change,
  isReady: (object) => hasObserved(object) && is(object, 'Available') && hasAll(object),
};

/** The pods of the sample, two of them, under the rules that both kinds have by default. */
function spec(name: string): object {
  const text = readFileSync(join(projectRoot, 'config', 'samples', 'shop.yaml'), 'utf8');
  const sample = parse(text.replaceAll(': shop', `: ${name}`)) as Deployment; // border: our own sample
  return { replicas: REPLICAS, selector: sample.spec.selector, template: sample.spec.template };
}

function hasObserved({ metadata, status }: Seen): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata.generation ?? 1);
}

function hasAll({ status }: Seen): boolean {
  const { replicas, updatedReplicas, availableReplicas } = status ?? {};
  return replicas === REPLICAS && updatedReplicas === REPLICAS && availableReplicas === REPLICAS;
}

function is({ status }: Seen, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}
