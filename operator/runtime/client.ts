import { Conflict, InvalidSpec, Upstream } from '../api/errors.ts';
import type { KubeObject } from '../api/objects.ts';
import { keyOf, type Reference } from '../api/resources.ts';
import type { Identity } from '../core/action.ts';
import type { Json } from '../core/json.ts';
import type { Clock } from '../ports/clock.ts';
import type { WriteOptions, Writer } from '../ports/kube.ts';
import { apiError } from './api-error.ts';
import { collectionPath, objectPath, rbacName, referenceTo } from './resource-path.ts';
import { storedJson } from './stored-json.ts';
import { APPLY_PATCH, type ApiAnswer, type ApiRequest, type Transport } from './transport.ts';

/**
 * Told of every write that the server accepted: the version it gave, or the uid of what it deleted (R24). And of every patch
 * that it refused because the object has another version by now: what was decided on is stale.
 */
export type WriteHook = (
  reference: Reference,
  written: { readonly resourceVersion: string } | { readonly deletedUid: string } | { readonly staleVersion: string },
) => void;

export interface ClientParts {
  readonly transport: Transport;
  readonly clock: Clock;
  /** User-Agent of reads; writes carry their field manager. */
  readonly controller: string;
  /** Election has a lane of its own, with its shorter deadline. */
  readonly lane?: 'calls' | 'lease';
  readonly onWrite?: WriteHook;
}

/** Live reads and writes: plain JSON both ways, statuses as typed errors with the server's words. */
export class Client implements Writer {
  readonly #parts: ClientParts;

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  /** The same client, reporting its writes: one a pass. */
  recording(onWrite: WriteHook): Client {
    return new Client({ ...this.#parts, onWrite });
  }

  async read<T extends KubeObject>(reference: Reference, as: Identity, signal: AbortSignal): Promise<T | undefined> {
    const { controller } = this.#parts;
    const answer = await this.#call({ method: 'GET', path: objectPath(reference), as, controller, signal });
    if (answer.status === 404) return undefined;
    return this.#object<T>(answer, 'get', reference);
  }

  async apply<T extends KubeObject>(object: T, options: WriteOptions): Promise<T> {
    const reference = referenceTo(object);
    const answer = await this.#call({
      method: 'PATCH',
      path: objectPath(reference),
      query: writeQuery(options, { force: 'true' }),
      contentType: APPLY_PATCH,
      body: JSON.stringify(object),
      ...asked(options),
    });
    return this.#written<T>(answer, 'apply', reference, options);
  }

  async create<T extends KubeObject>(object: T, options: WriteOptions): Promise<T> {
    const reference = referenceTo(object);
    const answer = await this.#call({
      method: 'POST',
      path: collectionPath(reference.resource, reference.namespace),
      query: writeQuery(options),
      contentType: 'application/json',
      body: storedJson(object),
      ...asked(options),
    });
    return this.#written<T>(answer, 'create', reference, options);
  }

  mergePatch(reference: Reference, patch: Json, options: WriteOptions): Promise<KubeObject> {
    return this.#patch(reference, patch, 'application/merge-patch+json', options);
  }

  async jsonPatch(reference: Reference, patch: Json, options: WriteOptions): Promise<KubeObject> {
    try {
      return await this.#patch(reference, patch, 'application/json-patch+json', options);
    } catch (error) {
      // The API server answers so, and without a cause, where a `test` does not hold or a path is gone: the object changed.
      if (error instanceof InvalidSpec && error.message.endsWith(UNEXPLAINED)) {
        throw new Conflict('TestFailed', error.message, error);
      }
      throw error;
    }
  }

  patchStatus(reference: Reference, patch: Json, options: WriteOptions): Promise<KubeObject> {
    return this.#patch(reference, patch, 'application/merge-patch+json', options, 'status');
  }

  async delete(
    reference: Reference,
    preconditions: { readonly uid: string; readonly resourceVersion?: string },
    propagation: 'Background' | 'Foreground' | 'Orphan',
    options: WriteOptions,
  ): Promise<void> {
    const answer = await this.#call({
      method: 'DELETE',
      path: objectPath(reference),
      contentType: 'application/json',
      body: JSON.stringify({
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions,
        propagationPolicy: propagation,
        ...(options.dryRun ? { dryRun: ['All'] } : {}),
      }),
      ...asked(options),
    });
    if (answer.status >= 400) throw this.#error(answer, 'delete', reference);
    if (!options.dryRun) this.#parts.onWrite?.(reference, { deletedUid: preconditions.uid });
  }

  async #patch(
    reference: Reference,
    patch: Json,
    contentType: string,
    options: WriteOptions,
    subresource?: string,
  ): Promise<KubeObject> {
    const answer = await this.#call({
      method: 'PATCH',
      path: objectPath(reference, subresource),
      query: writeQuery(options),
      contentType,
      body: JSON.stringify(patch),
      ...asked(options),
    });
    const version = versionIn(patch);
    if (answer.status === 409 && version !== undefined && !options.dryRun) {
      this.#parts.onWrite?.(reference, { staleVersion: version });
    }
    return this.#written<KubeObject>(answer, 'patch', reference, options, subresource);
  }

  #call(request: Omit<ApiRequest, 'kind' | 'lane'>): Promise<ApiAnswer> {
    return this.#parts.transport.call({ ...request, kind: 'call', lane: this.#parts.lane ?? 'calls' });
  }

  #written<T extends KubeObject>(
    answer: ApiAnswer,
    verb: string,
    reference: Reference,
    options: WriteOptions,
    subresource?: string,
  ): T {
    const object = this.#object<T>(answer, verb, reference, subresource);
    const { resourceVersion } = object.metadata;
    if (!options.dryRun && resourceVersion !== undefined) this.#parts.onWrite?.(reference, { resourceVersion });
    return object;
  }

  #object<T extends KubeObject>(answer: ApiAnswer, verb: string, reference: Reference, subresource?: string): T {
    if (answer.status >= 400) throw this.#error(answer, verb, reference, subresource);
    if (!isObject(answer.body)) {
      throw new Upstream(
        'UnreadableReply',
        `the API server answered ${verb} ${keyOf(reference)} with something that is no object`,
      );
    }
    return answer.body as T; // border: the caller states the type (ports/kube.ts)
  }

  #error(answer: ApiAnswer, verb: string, reference: Reference, subresource?: string): Error {
    const resource = rbacName(reference.resource, subresource);
    return apiError(answer, { verb, resource, key: keyOf(reference) }, this.#parts.clock.now());
  }
}

const UNEXPLAINED = 'the server rejected our request due to an error in our request';

const asked = (options: WriteOptions) => ({
  as: options.as,
  controller: options.fieldManager,
  signal: options.signal,
});

function writeQuery(options: WriteOptions, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    fieldManager: options.fieldManager,
    fieldValidation: 'Strict',
    ...(options.dryRun ? { dryRun: 'All' } : {}),
    ...more,
  };
}

/** The version that a merge patch insists on. */
function versionIn(patch: Json): string | undefined {
  if (typeof patch !== 'object' || patch === null || !('metadata' in patch)) return undefined;
  const { metadata } = patch;
  if (typeof metadata !== 'object' || metadata === null || !('resourceVersion' in metadata)) return undefined;
  return typeof metadata['resourceVersion'] === 'string' ? metadata['resourceVersion'] : undefined;
}

function isObject(body: unknown): body is KubeObject {
  return typeof body === 'object' && body !== null && 'metadata' in body;
}
