/** What the engine itself writes of an object of a room, as the operator: its status and its finalizer. */
import { FINALIZER, fieldManagers } from '../api/names.ts';
import type { CodeObject } from '../api/objects.ts';
import type { Reference } from '../api/resources.ts';
import { mergePatch } from '../core/merge-patch.ts';
import type { ReportedStatus } from '../core/report.ts';
import type { Observed, Room } from '../core/room.ts';
import type { WriteOptions, Writer } from '../ports/kube.ts';
import type { Engine } from './engine.ts';

interface Access {
  readonly writer: Writer;
  readonly signal: AbortSignal;
}

/** Every write is of the version that was decided on: a Conflict where the object is another by now. */
export class ObjectWrites {
  readonly #room: Pick<Room<Observed>, 'name' | 'resource'>;
  readonly #told: Engine['told'];

  constructor(room: Pick<Room<Observed>, 'name' | 'resource'>, { told }: Pick<Engine, 'told'>) {
    this.#room = room;
    this.#told = told;
  }

  /** Only what changed; nothing where nothing did. */
  async status(object: CodeObject, status: ReportedStatus, access: Access): Promise<void> {
    const change = mergePatch(object.status ?? {}, status);
    if (change === undefined) return;
    const patch = { metadata: { resourceVersion: object.metadata.resourceVersion ?? '' }, status: change };
    await access.writer.patchStatus(this.#referenceTo(object), patch, this.#options(access));
    this.#told(object, status);
  }

  async addFinalizer(object: CodeObject, access: Access): Promise<void> {
    const finalizers = object.metadata.finalizers;
    const add =
      finalizers === undefined
        ? { op: 'add', path: '/metadata/finalizers', value: [FINALIZER] }
        : { op: 'add', path: '/metadata/finalizers/-', value: FINALIZER };
    await access.writer.jsonPatch(this.#referenceTo(object), [...sameObject(object), add], this.#options(access));
  }

  async removeFinalizer(object: CodeObject, access: Access): Promise<void> {
    const path = `/metadata/finalizers/${object.metadata.finalizers?.indexOf(FINALIZER) ?? 0}`;
    const patch = [...sameObject(object), { op: 'test', path, value: FINALIZER }, { op: 'remove', path }];
    await access.writer.jsonPatch(this.#referenceTo(object), patch, this.#options(access));
  }

  #referenceTo({ metadata: { name, namespace } }: CodeObject): Reference {
    const { resource } = this.#room;
    return namespace === undefined ? { resource, name } : { resource, namespace, name };
  }

  #options({ signal }: Access): WriteOptions {
    return { as: { kind: 'operator' }, fieldManager: fieldManagers[this.#room.name], signal };
  }
}

function sameObject(object: CodeObject) {
  return [
    { op: 'test', path: '/metadata/uid', value: object.metadata.uid ?? '' },
    { op: 'test', path: '/metadata/resourceVersion', value: object.metadata.resourceVersion ?? '' },
  ];
}
