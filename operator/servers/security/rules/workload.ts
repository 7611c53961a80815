/** The pods that a manifest would make. Manifests are whatever a user wrote: every read asks for the shape it needs. */
import type { Json } from '../../../core/json.ts';
import type { JsonObject } from '../../tool.ts';

export interface Container {
  readonly name: string;
  /** JSON pointer from the manifest's root. */
  readonly path: string;
  readonly spec: JsonObject;
  readonly kind: 'container' | 'init' | 'sidecar' | 'ephemeral';
}

export interface Workload {
  /** `apps/v1 Deployment acme/web` */
  readonly object: string;
  readonly manifest: JsonObject;
  readonly kind: string;
  readonly podSpec: JsonObject;
  readonly podPath: string;
  readonly containers: readonly Container[];
}

/** `undefined` for an object that makes no pods. Known by shape, so that custom workloads (ours too) are seen. */
export function workloadOf(manifest: JsonObject): Workload | undefined {
  const kind = text(manifest['kind']) ?? '';
  const found = PLACES.map(({ path, kinds }) => ({
    path,
    podSpec: kinds && !kinds.includes(kind) ? undefined : at(manifest, path),
  }))
    .map(({ path, podSpec }) => ({ path, podSpec: record(podSpec) }))
    .find(({ podSpec }) => podSpec !== undefined && Array.isArray(podSpec['containers']));
  if (found?.podSpec === undefined) return undefined;
  const podPath = `/${found.path.join('/')}`;
  return {
    object: nameOf(manifest),
    manifest,
    kind,
    podSpec: found.podSpec,
    podPath,
    containers: containersOf(found.podSpec, podPath),
  };
}

const PLACES: readonly { readonly path: readonly string[]; readonly kinds?: readonly string[] }[] = [
  { path: ['spec'], kinds: ['Pod'] },
  { path: ['template', 'spec'], kinds: ['PodTemplate'] },
  { path: ['spec', 'template', 'spec'] },
  { path: ['spec', 'jobTemplate', 'spec', 'template', 'spec'] },
];

export function nameOf(manifest: JsonObject): string {
  const metadata = record(manifest['metadata']);
  const name = text(metadata?.['name']) ?? '(no name)';
  const namespace = text(metadata?.['namespace']);
  const kind = `${text(manifest['apiVersion']) ?? ''} ${text(manifest['kind']) ?? '(no kind)'}`.trim();
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

function containersOf(podSpec: JsonObject, podPath: string): readonly Container[] {
  const of = (field: string, kind: Container['kind']): readonly Container[] =>
    list(podSpec[field]).flatMap((item, index) => {
      const spec = record(item);
      if (spec === undefined) return [];
      const sidecar = kind === 'init' && spec['restartPolicy'] === 'Always';
      const name = text(spec['name']) ?? `#${index}`;
      return [{ name, path: `${podPath}/${field}/${index}`, spec, kind: sidecar ? 'sidecar' : kind }];
    });
  return [...of('initContainers', 'init'), ...of('containers', 'container'), ...of('ephemeralContainers', 'ephemeral')];
}

export function at(value: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => record(found)?.[key], value);
}

export function record(value: Json | undefined): JsonObject | undefined {
  // border: Array.isArray does not narrow readonly arrays away
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
