import type { KubeObject } from '../../api/objects.ts';
import type { Reference, ResourceName } from '../../api/resources.ts';
import type { Json } from '../../core/json.ts';

/** Which objects of a kind are meant: all of the cluster unless narrowed. */
export interface Scope {
  readonly namespace?: string;
  readonly name?: string;
  readonly labelSelector?: string;
}

/** Objects of one kind, kept as the API server has them. */
export interface Watched<T extends KubeObject> {
  /** Sorted by name; `undefined` until everything that exists was read once. */
  all(): readonly T[] | undefined;
  /** Why they cannot be read at present. */
  trouble(): string | undefined;
}

/**
 * The cluster as the user of the kubeconfig sees it: every read and write is made with the user's own rights. All methods
 * throw the errors of `api/errors.ts`.
 */
export interface Cluster {
  /** Name of the context that is used. */
  readonly context: string;
  readonly server: string;
  /** Named by `--namespace`, else by the context, else `default`. */
  readonly namespace: string;
  read<T extends KubeObject>(reference: Reference): Promise<T | undefined>;
  list<T extends KubeObject>(resource: ResourceName, scope: Scope): Promise<readonly T[]>;
  /** Goes on until the signal is aborted; `changed` is called after each change and each new trouble. */
  watch<T extends KubeObject>(
    resource: ResourceName,
    scope: Scope,
    changed: () => void,
    signal: AbortSignal,
  ): Watched<T>;
  mergePatch(reference: Reference, patch: Json): Promise<KubeObject>;
  /** RFC 6902. */
  jsonPatch(reference: Reference, patch: Json): Promise<KubeObject>;
  /** The user name, as admission policies will see it. */
  whoAmI(): Promise<string>;
  close(): Promise<void>;
}
