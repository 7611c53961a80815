import { annotations } from '../api/names.ts';
import type { KubeObject } from '../api/objects.ts';
import type { ConfigKind, ConfigName } from './config-references.ts';
import { HASH_VERSION, shortHash } from './hash.ts';

/** A ConfigMap or Secret with what it holds: seen by the runtime only, never by a room. */
export interface ConfigObject extends KubeObject {
  readonly type?: string;
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** Rotated by somebody else, and an old one must not come back: pods always read them as they are. */
const LIVE_TYPES: ReadonlySet<string> = new Set([
  'kubernetes.io/tls',
  'kubernetes.io/service-account-token',
  'kubernetes.io/dockercfg',
  'kubernetes.io/dockerconfigjson',
  'bootstrap.kubernetes.io/token',
]);

/**
 * Digest of what an object holds, under the name it is known by: the same bytes elsewhere have another, so that who may
 * see digests cannot compare contents across names and namespaces.
 */
export function configDigest({ kind, name }: ConfigName, { metadata, type, data, binaryData }: ConfigObject): string {
  const { namespace } = metadata;
  return shortHash({ version: HASH_VERSION, kind, namespace, name, type, data: data ?? {}, binaryData });
}

/** True where pods read the object itself and no copy of it. */
export function isLive({ metadata, type = '' }: ConfigObject): boolean {
  const said = metadata.annotations?.[annotations.config] ?? metadata.labels?.[annotations.config];
  return LIVE_TYPES.has(type) || said === 'live';
}

/** What a copy holds of what it was made from. Labels and annotations stay behind: a tool that owns the source must not see its own. */
export function contentsOf(kind: ConfigKind, { type, data, binaryData }: ConfigObject) {
  return {
    ...(kind === 'Secret' && type !== undefined ? { type } : {}),
    ...(data === undefined ? {} : { data }),
    ...(binaryData === undefined ? {} : { binaryData }),
    immutable: true,
  };
}
