import { assert } from 'chai';
import type { KubeObject, ObjectMeta } from '../../../operator/api/objects.ts';
import { expertConsultation as room } from '../../../operator/controllers/expert-consultation/index.ts';
import type { Reader } from '../../../operator/ports/kube.ts';
import { smallObject } from '../../support/small-room.ts';
import { CREATED, consultation } from './consultation.ts';

const asking = (metadata: Partial<ObjectMeta>): KubeObject => ({
  apiVersion: 'code-engine.dev/v1alpha1',
  kind: 'Deployment',
  metadata: { name: 'shop', namespace: 'acme-prod', uid: 'u-shop', ...metadata },
});
const going = { deletionTimestamp: '2026-03-02T14:30:00Z' };
const subject = { kind: 'Deployment', name: 'shop', uid: 'u-shop', planHash: 'p1' } as const;

describe('a question of a Deployment that is being deleted', () => {
  async function withdrawn(found: KubeObject | undefined, of: object = subject) {
    const reader: Reader = {
      get: ({ resource }) => (resource === 'Deployment' ? found : undefined) as never, // border: the caller states the type
      by: () => [],
      serves: () => false,
      read: async () => undefined,
    };
    const asked = consultation({
      subject: { ...subject, ...of },
      experts: [{ name: 'release-manager', provider: 'human' }],
    });
    const doors = { reader, config: { look: async () => [] }, now: CREATED };
    const { withdrawn: why, people } = await room.observe(asked, doors, new AbortController().signal);
    return [why?.reason, why?.message, people.awaited.length];
  }

  it('is withdrawn, and nobody is waited for', async () => {
    assert.deepEqual(await withdrawn(asking(going)), ['Deleted', 'Deployment shop is being deleted', 0]);
  });

  it('is open while its Deployment stays, or where another one of its name goes', async () => {
    const open = [undefined, undefined, 1];
    assert.deepEqual(await withdrawn(asking({})), open);
    assert.deepEqual(await withdrawn(asking({ ...going, uid: 'u-other' })), open);
    assert.deepEqual(await withdrawn(undefined), open);
    assert.deepEqual(await withdrawn(asking(going), { kind: 'Tool' }), open);
  });

  it('is looked at when the deletion begins', () => {
    const own = (index: string, value: string) =>
      index === 'owner' && value === 'u-shop' ? [smallObject({ name: 'shop-gate', namespace: 'acme-prod' })] : [];
    const [trigger] = room.triggers;
    assert.deepEqual(trigger?.keys(asking(going), own), [{ name: 'shop-gate', namespace: 'acme-prod' }]);
    assert.deepEqual(trigger?.keys(asking({}), own), []);
  });
});
