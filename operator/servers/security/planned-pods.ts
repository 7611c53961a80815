import type { Json } from '../../core/json.ts';
import type { PlannedPods } from '../../core/pod-rules/index.ts';
import type { PodSpec } from '../../core/pod-template.ts';
import type { JsonObject } from '../tool.ts';

/** Where kinds keep their pods; any other kind is looked up as a Deployment, so that custom workloads are seen too. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  PodTemplate: ['template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};
const USUAL_PLACE = ['spec', 'template', 'spec'] as const;

/** The pods that a manifest would make; `undefined` for an object that makes none. */
export function plannedPods(manifest: JsonObject): PlannedPods | undefined {
  const place = PLACES[String(manifest['kind'])] ?? USUAL_PLACE;
  const pod = record(at(manifest, place));
  if (pod === undefined || !Array.isArray(pod['containers'])) return undefined;
  const replicas = at(manifest, ['spec', 'replicas']);
  return {
    object: objectName(manifest),
    // The API server's default; an autoscaler decides for itself.
    replicas: typeof replicas === 'number' ? replicas : 1,
    pod: pod as PodSpec, // border: `pod-schema.ts` checked the parts that a PodSpec names
    ...rollingLimits(manifest),
  };
}

/** `Deployment acme/web` */
export function objectName(manifest: JsonObject): string {
  const metadata = record(manifest['metadata']);
  const name = String(metadata?.['name'] ?? '(no name)');
  const namespace = metadata?.['namespace'];
  return `${String(manifest['kind'])} ${namespace === undefined ? name : `${String(namespace)}/${name}`}`;
}

function rollingLimits(manifest: JsonObject): Pick<PlannedPods, 'maxSurge' | 'maxUnavailable'> {
  const limit = (name: 'maxSurge' | 'maxUnavailable'): number | string | undefined => {
    const value =
      at(manifest, ['spec', 'strategy', 'rollingUpdate', name]) ?? at(manifest, ['spec', 'strategy', 'rolling', name]);
    return typeof value === 'number' || typeof value === 'string' ? value : undefined;
  };
  const [maxSurge, maxUnavailable] = [limit('maxSurge'), limit('maxUnavailable')];
  return {
    ...(maxSurge === undefined ? {} : { maxSurge }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
  };
}

function at(value: Json, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => record(found)?.[key], value);
}

function record(value: Json | undefined): JsonObject | undefined {
  // border: Array.isArray does not narrow readonly arrays away
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : undefined;
}
