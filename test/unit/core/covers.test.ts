import { assert } from 'chai';
import fc from 'fast-check';
import { covers } from '../../../operator/core/covers.ts';

describe('a live object covers an intent', () => {
  it('when it has every leaf, whatever defaults and others added', () => {
    const intent = { spec: { type: 'ClusterIP', ports: [{ name: 'web', port: 80 }] } };
    const live = {
      metadata: { uid: 'u', labels: { team: 'a' } },
      spec: { type: 'ClusterIP', clusterIP: '10.0.0.7', ports: [{ name: 'web', port: 80, protocol: 'TCP' }] },
    };
    assert.isTrue(covers(live, intent));
  });

  it('when its lists hold the same items by their key, in any order', () => {
    const live = {
      subjects: [
        { kind: 'User', name: 'b' },
        { kind: 'Group', name: 'a' },
      ],
    };
    assert.isTrue(
      covers(live, {
        subjects: [
          { kind: 'Group', name: 'a' },
          { kind: 'User', name: 'b' },
        ],
      }),
    );
    assert.isFalse(
      covers(live, {
        subjects: [
          { kind: 'User', name: 'a' },
          { kind: 'User', name: 'b' },
        ],
      }),
    );
    assert.isFalse(covers(live, { subjects: [{ kind: 'Group', name: 'a' }] }), 'one more is a difference');
  });

  it('when two items with the same key are told apart by another member', () => {
    const live = {
      ports: [
        { port: 53, protocol: 'UDP' },
        { port: 53, protocol: 'TCP' },
      ],
    };
    assert.isTrue(
      covers(live, {
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
        ],
      }),
    );
    assert.isTrue(
      covers(live, {
        ports: [
          { port: 53, protocol: 'TCP' },
          { port: 53, protocol: 'UDP' },
        ],
      }),
    );
    const twice = {
      ports: [
        { port: 53, protocol: 'TCP' },
        { port: 53, protocol: 'TCP' },
      ],
    };
    assert.isFalse(covers(live, twice), 'no item stands for two');
  });

  it('when its quantities are the same amounts, where quantities are', () => {
    const live = { spec: { hard: { cpu: '1', memory: '1Gi' } } };
    assert.isTrue(covers(live, { spec: { hard: { cpu: '1000m', memory: '1024Mi' } } }));
    assert.isFalse(covers(live, { spec: { hard: { cpu: '1001m' } } }));
    const limits = { limits: [{ type: 'Container', default: { cpu: '100m' }, max: { memory: '2Gi' } }] };
    assert.isTrue(covers({ spec: limits }, { spec: { limits: [{ type: 'Container', default: { cpu: 0.1 } }] } }));
  });

  it('not when texts that are no quantities look like the same amount', () => {
    assert.isFalse(covers({ labels: { version: '1.10' } }, { labels: { version: '1.1' } }));
    assert.isFalse(covers({ env: [{ name: 'SIZE', value: '1k' }] }, { env: [{ name: 'SIZE', value: '1000' }] }));
    assert.isFalse(covers({ args: ['sleep', '1.0'] }, { args: ['sleep', '1'] }));
  });

  it('when what is empty in the intent is absent, as the API server drops empty texts, lists and maps', () => {
    assert.isTrue(covers({}, { labels: {}, args: [], apiGroup: '', note: null, other: undefined }));
    assert.isFalse(covers({ labels: { a: 'b' } }, { labels: {} }));
  });

  it('not when an empty object that selects something is absent', () => {
    assert.isFalse(covers({ podSelector: {} }, { namespaceSelector: {} }));
    assert.isFalse(covers({ name: 'data', configMap: { name: 'x' } }, { name: 'data', emptyDir: {} }));
    assert.isTrue(covers({ podSelector: {} }, { podSelector: {} }));
  });

  it('not by what every object inherits', () => {
    assert.isFalse(covers({}, { toString: { name: 'toString' } }));
    assert.isTrue(covers({ labels: {} }, { labels: { constructor: '' } }));
  });

  const name = fc.stringMatching(/^[a-z]{1,6}$/);
  const leaf = fc.oneof(fc.stringMatching(/^[a-z0-9.]{1,6}$/), fc.integer(), fc.boolean());
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 4 }, leaf, fc.dictionary(name, tie('tree')), fc.array(tie('tree'), { maxLength: 3 })),
  }));

  it('of which it is a copy, or a copy with more members', () => {
    fc.assert(
      fc.property(tree, (intent) => {
        assert.isTrue(covers(structuredClone(intent), intent));
        assert.isTrue(covers(defaulted(intent), intent));
      }),
    );
  });

  it('never when one leaf differs', () => {
    fc.assert(
      fc.property(tree, fc.nat(), (intent, pick) => {
        const leaves = pathsOf(intent);
        const path = leaves[pick % leaves.length];
        fc.pre(path !== undefined);
        const live = changed(defaulted(intent), path ?? []);
        assert.isFalse(covers(live, intent), JSON.stringify({ live, intent }));
      }),
      { numRuns: 2_000 },
    );
  });
});

type Path = readonly (string | number)[];

const entriesOf = (value: object): [string | number, unknown][] =>
  Array.isArray(value) ? value.map((item, index) => [index, item]) : Object.entries(value);

/** Every object gets a member that the intent does not know. */
function defaulted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(defaulted);
  if (value === null || typeof value !== 'object') return value;
  const members = entriesOf(value).map(([key, member]) => [key, defaulted(member)]);
  return members.length === 0 ? {} : { ...Object.fromEntries(members), zzDefaulted: 1 };
}

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  return entriesOf(value).flatMap(([key, member]) => pathsOf(member, [...path, key]));
}

function changed(value: unknown, [head, ...rest]: Path): unknown {
  if (head === undefined || value === null || typeof value !== 'object') return `${String(value)}!`;
  const copy = entriesOf(value).map(([key, member]) => [key, key === head ? changed(member, rest) : member] as const);
  return Array.isArray(value) ? copy.map(([, member]) => member) : Object.fromEntries(copy);
}
