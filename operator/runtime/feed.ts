import { type CodeError, Upstream } from '../api/errors.ts';
import type { KubeObject } from '../api/objects.ts';
import { apiVersionOf, type Resource, resources } from '../api/resources.ts';
import type { Identity } from '../core/action.ts';
import type { CacheDefinition } from '../core/caches.ts';
import type { Clock } from '../ports/clock.ts';
import { apiError } from './api-error.ts';
import { collectionPath, rbacName } from './resource-path.ts';
import type { Transport } from './transport.ts';

export interface Page {
  readonly objects: readonly KubeObject[];
  readonly version: string;
  /** Token of the next page; absent on the last. */
  readonly next?: string;
}

export type FeedEvent =
  | { readonly type: 'put' | 'remove'; readonly object: KubeObject; readonly version: string }
  | { readonly type: 'bookmark'; readonly version: string; readonly initialEventsEnd: boolean }
  | { readonly type: 'error'; readonly error: CodeError };

/** Where a reflector gets the objects of one kind from. 410 is Upstream `Expired`. */
export interface Feed {
  page(next: string | undefined, signal: AbortSignal): Promise<Page>;
  /** Without a version the stream first brings all that exists, up to a bookmark that says so. */
  watch(version: string | undefined, timeoutSeconds: number, signal: AbortSignal): Promise<AsyncIterable<FeedEvent>>;
}

const PAGE_SIZE = '500';
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** A part of a kind, for who may not see all of it. */
export interface FeedScope {
  readonly namespace?: string;
  readonly name?: string;
  /** Whose right it is; the operator's unless set. */
  readonly as?: Identity;
}

/** What the API server sends of a kind that is kept without its contents. */
const METADATA_ONLY = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const METADATA_LIST = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** List and watch of one cache definition at the API server. */
export class KubeFeed implements Feed {
  readonly #definition: CacheDefinition;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #scope: FeedScope;

  /** @param scope the whole cluster unless narrowed */
  constructor(definition: CacheDefinition, transport: Transport, clock: Clock, scope: FeedScope = {}) {
    this.#definition = definition;
    this.#transport = transport;
    this.#clock = clock;
    this.#scope = scope;
  }

  async page(next: string | undefined, signal: AbortSignal): Promise<Page> {
    const answer = await this.#transport.call({
      method: 'GET',
      path: collectionPath(this.#definition.resource, this.#scope.namespace),
      query: { ...this.#selector(), limit: PAGE_SIZE, ...(next === undefined ? {} : { continue: next }) },
      ...this.#shown(METADATA_LIST),
      controller: 'cache',
      kind: 'page',
      lane: 'calls',
      signal,
    });
    if (answer.status !== 200) throw apiError(answer, this.#asked('list'), this.#clock.now());
    return pageOf(answer.body, resources[this.#definition.resource]);
  }

  async watch(
    version: string | undefined,
    timeoutSeconds: number,
    signal: AbortSignal,
  ): Promise<AsyncIterable<FeedEvent>> {
    const reply = await this.#transport.stream({
      path: collectionPath(this.#definition.resource, this.#scope.namespace),
      query: {
        ...this.#selector(),
        watch: '1',
        allowWatchBookmarks: 'true',
        timeoutSeconds: String(timeoutSeconds),
        ...(version === undefined
          ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' }
          : { resourceVersion: version }),
      },
      ...this.#shown(METADATA_ONLY),
      controller: 'cache',
      signal,
    });
    if (reply.status === 200) return this.#events(reply.lines());
    const body = statusBody(await reply.text());
    throw apiError({ status: reply.status, headers: reply.headers, body }, this.#asked('watch'), this.#clock.now());
  }

  async *#events(lines: AsyncIterable<string>): AsyncGenerator<FeedEvent> {
    for await (const line of lines) {
      if (line !== '') yield this.#event(line);
    }
  }

  #event(line: string): FeedEvent {
    const { type, object } = watchLine(line);
    if (type === 'ERROR') {
      const status = 'code' in object && typeof object.code === 'number' ? object.code : 500;
      return {
        type: 'error',
        error: apiError({ status, headers: {}, body: object }, this.#asked('watch'), this.#clock.now()),
      };
    }
    if (!hasVersion(object)) throw unparsable();
    const version = object.metadata.resourceVersion;
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
        return { type: 'put', object, version };
      case 'DELETED':
        return { type: 'remove', object, version };
      case 'BOOKMARK':
        return {
          type: 'bookmark',
          version,
          initialEventsEnd: object.metadata.annotations?.[INITIAL_EVENTS_END] === 'true',
        };
      default:
        throw unparsable();
    }
  }

  #asked(verb: string): { verb: string; resource: string } {
    return { verb, resource: rbacName(this.#definition.resource) };
  }

  #shown(metadata: string): { readonly accept?: string; readonly as?: Identity } {
    const { as } = this.#scope;
    return {
      ...(this.#definition.metadataOnly === true ? { accept: metadata } : {}),
      ...(as === undefined ? {} : { as }),
    };
  }

  #selector(): Record<string, string> {
    const { labelSelector } = this.#definition;
    const { name } = this.#scope;
    return {
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(name === undefined ? {} : { fieldSelector: `metadata.name=${name}` }),
    };
  }
}

interface Versioned extends KubeObject {
  readonly metadata: KubeObject['metadata'] & { readonly resourceVersion: string };
}

function hasVersion(object: object): object is Versioned {
  if (!('metadata' in object)) return false;
  const { metadata } = object;
  return (
    typeof metadata === 'object' &&
    metadata !== null &&
    'resourceVersion' in metadata &&
    typeof metadata.resourceVersion === 'string'
  );
}

function watchLine(line: string): { readonly type: string; readonly object: object } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw unparsable();
  }
  if (typeof value === 'object' && value !== null && 'type' in value && 'object' in value) {
    const { type, object } = value;
    if (typeof type === 'string' && typeof object === 'object' && object !== null) return { type, object };
  }
  throw unparsable();
}

const unparsable = (): Upstream =>
  new Upstream(
    'UnparsableLine',
    'the API server sent a line in a watch that is no watch event; the watch is opened again',
  );

function pageOf(body: unknown, resource: Resource): Page {
  if (typeof body !== 'object' || body === null || !('items' in body) || !hasVersion(body)) {
    throw new Upstream(
      'UnreadableReply',
      `the API server answered a list of ${resource.plural} with something that is no list`,
    );
  }
  const items = Array.isArray(body.items) ? body.items : [];
  const { resourceVersion: version } = body.metadata;
  const next = 'continue' in body.metadata ? body.metadata.continue : undefined;
  return {
    // Items of built-in kinds come without apiVersion and kind.
    objects: items.map((item: Omit<KubeObject, 'apiVersion' | 'kind'>) => ({
      apiVersion: apiVersionOf(resource),
      kind: resource.kind,
      ...item,
    })),
    version,
    ...(typeof next === 'string' && next !== '' ? { next } : {}),
  };
}

function statusBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
