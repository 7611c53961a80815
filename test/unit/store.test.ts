import { assert } from 'chai';
import fc from 'fast-check';
import type { KubeObject } from '../../operator/api/objects.ts';
import type { CacheDefinition } from '../../operator/core/caches.ts';
import { isAsNew } from '../../operator/runtime/resource-version.ts';
import { Store, type StoreEvent } from '../../operator/runtime/store.ts';
import { pod } from '../support/cache-rig.ts';
import { settle } from '../support/virtual-clock.ts';

const never = new AbortController().signal;
const byColour = (object: KubeObject): readonly string[] => object.metadata.labels?.['colour']?.split('+') ?? [];

function coloured(name: string, version: number, colour: string): KubeObject {
  const object = pod(name, version);
  return { ...object, metadata: { ...object.metadata, labels: { colour } } };
}

/** A store whose events and faults are written down. */
function recorded(definition: Partial<CacheDefinition> = {}) {
  const faults: string[] = [];
  const events: string[] = [];
  const store = new Store(
    { resource: 'Pod', indexes: { colour: byColour }, ...definition },
    {
      fault: (where, error) => faults.push(`${where}: ${error instanceof Error ? error.message : error}`),
      yield: async () => undefined,
      freeze: 'deep',
    },
  );
  store.subscribe(({ type, object }) =>
    events.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`),
  );
  return { store, events, faults };
}

const put = (store: Store, object: KubeObject): void =>
  store.put(store.prepare(object), object.metadata.resourceVersion ?? '');
const names = (objects: readonly KubeObject[]): readonly string[] =>
  objects.map(({ metadata }) => metadata.name).sort();

async function replaced(store: Store, version: string, ...objects: readonly KubeObject[]): Promise<number> {
  const table = store.empty();
  for (const object of objects) table.put(store.prepare(object));
  return store.replace(table, version);
}

describe('a store', () => {
  it('finds by key and by every value of an index, as of the last change', () => {
    const { store } = recorded();
    put(store, coloured('a', 1, 'red+blue'));
    put(store, coloured('b', 2, 'red'));
    put(store, coloured('a', 3, 'blue'));
    assert.equal(store.get('default/a')?.metadata.resourceVersion, '3');
    assert.deepEqual([names(store.by('colour', 'red')), names(store.by('colour', 'blue'))], [['b'], ['a']]);
    store.remove(coloured('b', 4, 'red'), '4');
    assert.deepEqual(store.by('colour', 'red'), []);
    assert.deepEqual(store.by('no such index', 'red'), []);
    assert.equal(store.version, '4');
  });

  it('keeps objects frozen at every level, projected, without managedFields', () => {
    const { store } = recorded({ project: ({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata }) });
    const arrived = { ...coloured('a', 1, 'red'), spec: { big: true } };
    put(store, {
      ...arrived,
      metadata: { ...arrived.metadata, managedFields: [{ manager: 'x' }] } as KubeObject['metadata'],
    });
    const kept = store.get('default/a');
    assert.deepEqual(kept, coloured('a', 1, 'red'));
    assert.isTrue([kept, kept?.metadata, kept?.metadata.labels].every(Object.isFrozen));
  });

  it('R17 keeps an object whose projection throws as it is, and tells the fault', () => {
    const project = (object: KubeObject): KubeObject => {
      if (object.metadata.name === 'bad') throw new Error('cannot project');
      return object;
    };
    const { store, faults } = recorded({ project });
    put(store, pod('bad', 1));
    put(store, pod('good', 2));
    assert.deepEqual([store.size, faults], [2, ['project: cannot project']]);
  });

  it('R17 leaves an object out of an index that throws for it, and out of that one only', () => {
    const broken = (object: KubeObject): readonly string[] => {
      if (object.metadata.name === 'bad') throw new Error('cannot index');
      return ['all'];
    };
    const { store, faults } = recorded({ indexes: { broken, colour: byColour } });
    put(store, coloured('bad', 1, 'red'));
    put(store, coloured('good', 2, 'red'));
    assert.deepEqual([names(store.by('broken', 'all')), names(store.by('colour', 'red'))], [['good'], ['bad', 'good']]);
    store.remove(coloured('bad', 3, 'red'), '3');
    assert.deepEqual(names(store.by('colour', 'red')), ['good']);
    assert.deepEqual([...new Set(faults)], ['index: cannot index']);
  });

  it('R17 tells every handler whatever another one throws', () => {
    const { store, events, faults } = recorded();
    store.subscribe(() => {
      throw new Error('a broken handler');
    });
    const later: string[] = [];
    store.subscribe(({ type }) => later.push(type));
    put(store, pod('a', 1));
    assert.deepEqual([events, later, faults], [['added a@1'], ['added'], ['handler: a broken handler']]);
  });

  it('tells an update with what was before, and nothing to whom has left', () => {
    const { store } = recorded();
    const events: StoreEvent[] = [];
    const leave = store.subscribe((event) => events.push(event));
    put(store, pod('a', 1));
    put(store, pod('a', 2));
    leave();
    put(store, pod('a', 3));
    assert.deepEqual(events, [
      { type: 'added', object: pod('a', 1) },
      { type: 'updated', object: pod('a', 2), old: pod('a', 1) },
    ]);
  });

  it('does not take the deletion of an earlier life for that of a later one', () => {
    const { store, events } = recorded();
    put(store, pod('a', 5, 'second'));
    store.remove(pod('a', 4, 'first'), '6');
    store.remove(pod('unknown', 7), '7');
    assert.deepEqual(events, ['added a@5']);
    assert.deepEqual([store.size, store.version], [1, '7']);
  });

  it('R11 R12 tells a whole new state as the differences to the old one, and how many are gone', async () => {
    const { store, events } = recorded();
    await replaced(store, '3', pod('same', 1), pod('newer', 1), pod('reborn', 1), pod('gone', 1));
    events.length = 0;
    const gone = await replaced(
      store,
      '9',
      pod('same', 1),
      pod('newer', 5),
      pod('reborn', 6, 'again'),
      pod('fresh', 7),
    );
    assert.equal(gone, 1);
    assert.deepEqual(events, [
      'updated newer@5',
      'deleted reborn@1',
      'added reborn@6',
      'added fresh@7',
      'deleted gone@1',
    ]);
    assert.equal(store.version, '9');
  });

  it('lets wait until it is as new as a version, comparing numbers', async () => {
    const { store } = recorded();
    store.bookmark('9');
    await store.waitFor('9', never);
    let reached = false;
    const waiting = store.waitFor('10', never).then(() => {
      reached = true;
    });
    store.bookmark('9');
    await settle();
    assert.isFalse(reached);
    store.bookmark('123456789012345678901234567890');
    await waiting;
  });

  it('lets a waiter go when its signal says so', async () => {
    const { store } = recorded();
    const stop = new AbortController();
    const waiting = store.waitFor('5', stop.signal).then(
      () => 'reached',
      (reason: unknown) => reason,
    );
    stop.abort('enough');
    assert.equal(await waiting, 'enough');
    assert.equal(await store.waitFor('5', stop.signal).catch((reason: unknown) => reason), 'enough');
  });

  it('is the same after events and after a list of their outcome, whatever the order', () => {
    const change = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      colour: fc.constantFrom('red', 'blue', 'red+blue'),
      gone: fc.boolean(),
    });
    const property = fc.asyncProperty(fc.array(change, { maxLength: 40 }), async (changes) => {
      const { store: followed } = recorded();
      const model = new Map<string, KubeObject>();
      changes.forEach(({ name, colour, gone }, index) => {
        const object = coloured(name, index + 1, colour);
        if (gone) {
          followed.remove(object, String(index + 1));
          model.delete(name);
        } else {
          put(followed, object);
          model.set(name, object);
        }
      });
      const { store: listed } = recorded();
      await replaced(listed, '99', ...model.values());
      for (const value of ['red', 'blue']) {
        assert.deepEqual(names(followed.by('colour', value)), names(listed.by('colour', value)));
      }
      assert.deepEqual(new Map(followed.entries()), new Map(listed.entries()));
    });
    return fc.assert(property, { seed: 20260101, numRuns: 200 });
  });
});

describe('comparing resource versions', () => {
  it('compares as numbers of any length, and does not wait for what is no number', () => {
    const cases: readonly (readonly [string, string, boolean])[] = [
      ['', '1', false],
      ['9', '10', false],
      ['10', '9', true],
      ['10', '10', true],
      ['99999999999999999998', '99999999999999999999', false],
      ['opaque', '5', true],
    ];
    assert.deepEqual(
      cases.map(([version, as]) => isAsNew(version, as)),
      cases.map(([, , expected]) => expected),
    );
  });
});
