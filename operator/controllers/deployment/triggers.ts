import type { Deployment } from '../../api/generated/deployment.ts';
import { API_VERSION, labels } from '../../api/names.ts';
import type { KubeObject } from '../../api/objects.ts';
import type { Milliseconds } from '../../core/decision.ts';
import type { Lookup, Trigger } from '../../core/room.ts';
import type { HorizontalPodAutoscaler } from './cluster-objects.ts';

type Key = ReturnType<Trigger['keys']>[number];

/** Children wake their owner. */
const ownerKeys = ({ metadata }: KubeObject): readonly Key[] =>
  (metadata.ownerReferences ?? [])
    .filter(
      ({ apiVersion, kind, controller }) => apiVersion === API_VERSION && kind === 'Deployment' && controller === true,
    )
    .map(({ name }) => key(metadata, name));

/** Pods and endpoints are grandchildren, and a Service may be Git's: their label leads there. */
const labelKeys = ({ metadata }: KubeObject): readonly Key[] => {
  const name = metadata.labels?.[labels.deployment];
  return name === undefined ? [] : [key(metadata, name)];
};

const scaledKeys = (object: KubeObject): readonly Key[] => {
  const { scaleTargetRef } = (object as HorizontalPodAutoscaler).spec; // border: the trigger is on HorizontalPodAutoscalers only
  const ours = scaleTargetRef?.apiVersion === API_VERSION && scaleTargetRef.kind === 'Deployment';
  return ours ? [key(object.metadata, scaleTargetRef.name)] : [];
};

function key({ namespace }: KubeObject['metadata'], name: string): Key {
  return { ...(namespace === undefined ? {} : { namespace }), name };
}

/** A ReplicaSet counts its pods by itself; they are looked at for what ails them, and each changes several times a start. */
const PODS_TOGETHER: Milliseconds = 250;

/** Who depends on it, who goes in lockstep with it, and who waits for the slot that it may have left. */
const othersKeys = (object: KubeObject, own: Lookup): readonly Key[] => {
  const { metadata, spec, status } = object as Deployment; // border: the trigger is on Deployments only
  const { namespace = '', name, uid } = metadata;
  const found = [
    ...own('dependsOn', `${namespace}/${name}`),
    ...(spec.group === undefined ? [] : own('group', `${namespace}/${spec.group.name}`)),
    ...(status?.tenant === undefined ? [] : own('slot', status.tenant)),
  ];
  return found.filter((other) => other.metadata.uid !== uid).map((other) => key(other.metadata, other.metadata.name));
};

export const triggers: readonly Trigger[] = [
  { resource: 'Deployment', keys: othersKeys },
  { resource: 'ReplicaSet', keys: ownerKeys },
  { resource: 'ControllerRevision', keys: ownerKeys },
  { resource: 'ExpertConsultation', keys: ownerKeys },
  { resource: 'Job', keys: ownerKeys },
  { resource: 'Pod', after: PODS_TOGETHER, keys: labelKeys },
  { resource: 'Service', keys: labelKeys },
  { resource: 'EndpointSlice', keys: labelKeys },
  { resource: 'HTTPRoute', keys: labelKeys },
  { resource: 'HorizontalPodAutoscaler', keys: scaledKeys },
];
