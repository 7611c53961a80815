import { GROUP, VERSION } from '../../api/names.ts';
import { read } from '../read.ts';
import { COUNT, NAMESPACE, OBJECT_NAME } from '../schema-parts.ts';
import { type JsonObject, READ_ONLY, tool, USUAL_LIMITS } from '../tool.ts';
import { items, number, text } from './json-parts.ts';

const KINDS = {
  Deployment: { apiVersion: 'apps/v1', resource: 'deployments' },
  StatefulSet: { apiVersion: 'apps/v1', resource: 'statefulsets' },
  DaemonSet: { apiVersion: 'apps/v1', resource: 'daemonsets' },
  'Deployment.code-engine.dev': { apiVersion: `${GROUP}/${VERSION}`, resource: 'deployments' },
} as const;

interface Arguments {
  readonly kind: keyof typeof KINDS;
  readonly namespace: string;
  readonly name: string;
}

export const rolloutStatus = tool<Arguments>({
  name: 'rollout_status',
  title: 'Status of a roll-out',
  description: 'How far a Deployment, StatefulSet or DaemonSet is, ours included, and what it waits for.',
  inputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['kind', 'namespace', 'name'],
    properties: {
      kind: { type: 'string', enum: Object.keys(KINDS) },
      namespace: { ...NAMESPACE, description: 'of the workload' },
      name: OBJECT_NAME,
    },
  },
  outputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['done', 'message', 'desired', 'updated', 'ready', 'available'],
    properties: {
      done: { type: 'boolean' },
      message: { type: 'string' },
      desired: COUNT,
      updated: COUNT,
      ready: COUNT,
      available: COUNT,
    },
  },
  annotations: READ_ONLY,
  limits: USUAL_LIMITS,
  async run({ kind, namespace, name }, context) {
    const found = await read(context, { ...KINDS[kind], namespace, name });
    if ('error' in found) return found;
    const pods = kind === 'DaemonSet' ? podsOfDaemonSet(found.object) : podsOf(found.object);
    return { content: { ...pods, ...judge(found.object, pods) } };
  },
});

interface Pods {
  readonly desired: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
}

function podsOf(object: JsonObject): Pods {
  const status = (name: string): number => number(object, 'status', name) ?? 0;
  return {
    desired: number(object, 'spec', 'replicas') ?? 1,
    updated: status('updatedReplicas'),
    ready: status('readyReplicas'),
    available: status('availableReplicas'),
  };
}

function podsOfDaemonSet(object: JsonObject): Pods {
  const status = (name: string): number => number(object, 'status', name) ?? 0;
  return {
    desired: status('desiredNumberScheduled'),
    updated: status('updatedNumberScheduled'),
    ready: status('numberReady'),
    available: status('numberAvailable'),
  };
}

function judge(
  object: JsonObject,
  { desired, updated, available }: Pods,
): { readonly done: boolean; readonly message: string } {
  const seen = number(object, 'status', 'observedGeneration') ?? 0;
  if (seen < (number(object, 'metadata', 'generation') ?? 0))
    return { done: false, message: 'its controller has not seen the last change' };
  const stuck = items(object, 'status', 'conditions').find(
    (condition) =>
      text(condition, 'reason') === 'ProgressDeadlineExceeded' ||
      (text(condition, 'type') === 'Stalled' && text(condition, 'status') === 'True'),
  );
  if (stuck !== undefined) return { done: false, message: (text(stuck, 'message') ?? 'it is stuck').slice(0, 512) };
  if (updated < desired) return { done: false, message: `${updated} of ${desired} pods are of the new version` };
  if (available < desired) return { done: false, message: `${available} of ${desired} new pods are available` };
  const total = number(object, 'status', 'replicas') ?? updated;
  if (total > updated) return { done: false, message: `${total - updated} old pods are still there` };
  return { done: true, message: `all ${desired} pods are of the new version and available` };
}
