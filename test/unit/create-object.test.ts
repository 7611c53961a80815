import { assert } from 'chai';
import { Conflict, InvalidSpec, Upstream } from '../../operator/api/errors.ts';
import type { KubeObject, ObjectMeta } from '../../operator/api/objects.ts';
import { OPERATOR } from '../../operator/core/action.ts';
import type { Reader, Writer } from '../../operator/ports/kube.ts';
import { createObject } from '../../operator/runtime/effects/create-object.ts';

const owner = (uid: string, name = 'shop') => ({ apiVersion: 'v1', kind: 'Deployment', name, uid, controller: true });
const plan = (metadata: Partial<ObjectMeta>): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'ControllerRevision',
  metadata: { name: 'shop-1', namespace: 'acme-prod', ...metadata },
});

/** Creates where the name is taken by `live`. */
async function create(live: KubeObject, object = plan({ ownerReferences: [owner('new')] })) {
  const writer: Pick<Writer, 'create' | 'mergePatch'> = {
    mergePatch: (_reference, patch) => Promise.resolve({ patched: patch } as never), // border: only passed on
    create: () => Promise.reject(new Conflict('AlreadyExists', 'shop-1 exists')),
  };
  const reader: Pick<Reader, 'read'> = { read: () => Promise.resolve(live as never) };
  const perform = createObject(reader as Reader, writer as Writer); // border: the performer calls nothing else
  const action = { type: 'create-object', object, as: OPERATOR } as const;
  const signal = new AbortController().signal;
  const context = { room: 'deployment', fieldManager: 'code-deployment', signal, lend: (work: () => never) => work() };
  return perform(action, context as never).catch((thrown: unknown) => thrown); // border: as above
}

describe('creating under a name that is taken', () => {
  it('adopts what is ours', async () => {
    const live = plan({ ownerReferences: [owner('new')] });
    assert.deepEqual(await create(live), { object: live, adopted: true });
  });

  for (const [what, metadata] of [
    ['belongs to a deleted object of the same name', { ownerReferences: [owner('old')] }],
    ['is being deleted', { deletionTimestamp: '2026-11-02T12:00:00Z' }],
  ] as const) {
    it(`waits while what is there ${what}`, async () => {
      const thrown = await create(plan(metadata));
      assert.instanceOf(thrown, Upstream);
      assert.deepInclude(thrown, { reason: 'PredecessorLeaving', retry: { afterMilliseconds: 1_000 } });
    });
  }

  it('takes over what was left behind without an owner, if it says the same', async () => {
    const left = { ...plan({ resourceVersion: '7', labels: { app: 'shop' } }), data: { hash: '1' } };
    const intent = { ...left, metadata: { ...left.metadata, ownerReferences: [owner('new')] } };
    const metadata = { ownerReferences: [owner('new')], resourceVersion: '7' };
    assert.deepEqual(await create(left, intent), { object: { patched: { metadata } }, adopted: true });
    const other = { ...left, data: { hash: '2' } };
    assert.deepInclude(await create(other, intent), { reason: 'NameTaken' });
  });

  it('leaves alone what is of somebody else', async () => {
    for (const metadata of [{ labels: { app: 'bank' } }, { ownerReferences: [owner('old', 'bank')] }]) {
      const thrown = await create(plan(metadata));
      assert.instanceOf(thrown, InvalidSpec);
      assert.deepInclude(thrown, { reason: 'NameTaken', retry: 'never' });
    }
  });
});
