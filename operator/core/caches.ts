/**
 * What the operator keeps in memory of each kind: one shared reflector and store a kind (R20), label-selected and
 * projected on arrival so that memory grows with our own objects only.
 */
import { reasons } from '../api/conditions.ts';
import { API_VERSION, GROUP, labels } from '../api/names.ts';
import type { KubeObject } from '../api/objects.ts';
import { keyOf, type ResourceName } from '../api/resources.ts';
import { type ConfigKind, configReferencesOf } from './config-references.ts';

export interface CacheDefinition {
  readonly resource: ResourceName;
  readonly labelSelector?: string;
  /** A cluster may do without this kind: while it is not defined its cache is empty and complete. */
  readonly optional?: true;
  /** The API server is asked for the metadata alone: contents never enter this process. */
  readonly metadataOnly?: boolean;
  /** The part of an arriving object that is kept; `managedFields` are always dropped before it. */
  readonly project?: (object: KubeObject) => KubeObject;
  readonly indexes: Readonly<Record<string, (object: KubeObject) => readonly string[]>>;
}

/** By UID of the controller owner. */
const owner = (object: KubeObject): readonly string[] =>
  (object.metadata.ownerReferences ?? []).filter((reference) => reference.controller).map((reference) => reference.uid);

const namespace = (object: KubeObject): readonly string[] =>
  object.metadata.namespace === undefined ? [] : [object.metadata.namespace];

/** By the Tenant that the namespace's label names. */
const tenant = (object: KubeObject): readonly string[] => {
  const name = object.metadata.labels?.[labels.tenant];
  return name === undefined ? [] : [name];
};

interface Scaler extends KubeObject {
  readonly spec?: {
    readonly scaleTargetRef?: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string };
  };
}

/** By namespace/name of the one of our Deployments that an autoscaler scales. */
const scaleTarget = (object: KubeObject): readonly string[] => {
  const target = (object as Scaler).spec?.scaleTargetRef; // border: the index is on HorizontalPodAutoscalers only
  if (target?.apiVersion !== API_VERSION || target.kind !== 'Deployment' || target.name === undefined) return [];
  return [keyOf({ ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}), name: target.name })];
};

/** By namespace/name of the Deployment whose pods it sends traffic to. */
const deployment = ({ metadata }: KubeObject): readonly string[] => {
  const name = metadata.labels?.[labels.deployment];
  return name === undefined ? [] : [keyOf({ ...(metadata.namespace ? { namespace: metadata.namespace } : {}), name })];
};

interface Templated extends KubeObject {
  readonly spec?: { readonly template?: { readonly spec?: unknown } };
}

const configNames = (object: KubeObject) => configReferencesOf((object as Templated).spec?.template?.spec); // border: the indexes are on Deployments only

/** By `<kind>/<namespace>/<name>` of each ConfigMap and Secret that its template names. */
const config = (object: KubeObject): readonly string[] =>
  configNames(object).map(({ kind, name }) => `${kind}/${object.metadata.namespace ?? ''}/${name}`);

/** By `<kind>/<namespace>`: whether anybody there names a ConfigMap, or a Secret. */
const configKind = (object: KubeObject): readonly string[] => [
  ...new Set(configNames(object).map(({ kind }) => `${kind}/${object.metadata.namespace ?? ''}`)),
];

interface Ordered extends KubeObject {
  readonly spec?: {
    readonly dependsOn?: readonly { readonly name: string }[];
    readonly group?: { readonly name: string };
  };
  readonly status?: {
    readonly tenant?: string;
    readonly conditions?: readonly { readonly type: string; readonly reason: string }[];
  };
}

/** By namespace/name of each Deployment that it depends on. */
const dependsOn = (object: KubeObject): readonly string[] =>
  ((object as Ordered).spec?.dependsOn ?? []).map(({ name }) => `${object.metadata.namespace ?? ''}/${name}`); // border: the index is on Deployments only

/** By namespace/name of its group. */
const group = (object: KubeObject): readonly string[] => {
  const name = (object as Ordered).spec?.group?.name; // border: as above
  return name === undefined ? [] : [`${object.metadata.namespace ?? ''}/${name}`];
};

/** By the Tenant for whose limit on deliveries it waits. */
const slot = (object: KubeObject): readonly string[] => {
  const { tenant: name, conditions = [] } = (object as Ordered).status ?? {}; // border: as above
  const waits = conditions.some(({ type, reason }) => type === 'Ready' && reason === reasons.waitingForSlot);
  return name !== undefined && waits ? [name] : [];
};

interface ProjectedPod extends KubeObject {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: object;
}

const projectPod = (object: KubeObject): KubeObject => {
  const pod = object as ProjectedPod; // border: the projection is on Pods only
  const { annotations: _dropped, ...metadata } = pod.metadata;
  const nodeName = pod.spec?.nodeName;
  return {
    apiVersion: pod.apiVersion,
    kind: pod.kind,
    metadata,
    ...(nodeName === undefined ? {} : { spec: { nodeName } }),
    ...(pod.status === undefined ? {} : { status: pod.status }),
  };
};

export const caches: readonly CacheDefinition[] = [
  { resource: 'Deployment', indexes: { namespace, config, configKind, dependsOn, group, slot } },
  { resource: 'ExpertConsultation', indexes: { owner, namespace } },
  { resource: 'Tenant', indexes: {} },
  { resource: 'ReplicaSet', labelSelector: labels.revision, indexes: { owner } },
  { resource: 'ControllerRevision', labelSelector: labels.plan, indexes: { owner } },
  { resource: 'Job', labelSelector: labels.revision, indexes: { owner } },
  { resource: 'Pod', labelSelector: labels.revision, project: projectPod, indexes: { owner } },
  { resource: 'Service', labelSelector: labels.deployment, indexes: { deployment } },
  // The endpoints controller copies the labels of a Service to its slices.
  { resource: 'EndpointSlice', labelSelector: labels.deployment, indexes: { deployment } },
  { resource: 'HTTPRoute', optional: true, labelSelector: labels.deployment, indexes: { deployment } },
  { resource: 'Namespace', indexes: { tenant } },
  { resource: 'ServiceAccount', labelSelector: labels.guardrail, indexes: { namespace } },
  { resource: 'RoleBinding', labelSelector: labels.guardrail, indexes: { namespace } },
  { resource: 'ResourceQuota', labelSelector: labels.guardrail, indexes: { namespace } },
  { resource: 'LimitRange', labelSelector: labels.guardrail, indexes: { namespace } },
  { resource: 'NetworkPolicy', labelSelector: labels.guardrail, indexes: { namespace } },
  { resource: 'HorizontalPodAutoscaler', indexes: { scaleTarget } },
];

const ours = (marks: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(marks).filter(([name]) => name.startsWith(`${GROUP}/`)));

/** What tells that one changed, and which it is. */
const projectConfig =
  (kind: ConfigKind) =>
  ({ metadata }: KubeObject): KubeObject => {
    const { name, namespace, uid, resourceVersion, labels: marks, annotations } = metadata;
    const kept = { name, namespace, uid, resourceVersion, labels: ours(marks), annotations: ours(annotations) };
    return { apiVersion: 'v1', kind, metadata: kept as KubeObject['metadata'] }; // border: absent where it arrived so
  };

/** Of one namespace each, and watched as its tenant: no cache of every Secret (AR#798), and no right to it. */
export const configCaches: Readonly<Record<ConfigKind, CacheDefinition>> = {
  ConfigMap: { resource: 'ConfigMap', metadataOnly: true, project: projectConfig('ConfigMap'), indexes: {} },
  Secret: { resource: 'Secret', metadataOnly: true, project: projectConfig('Secret'), indexes: {} },
};
