import { assert } from 'chai';
import { atPointer } from '../../../operator/core/analysis/at-pointer.ts';
import { readingOf } from '../../../operator/core/analysis/reading-of.ts';
import type { MetricReading } from '../../../operator/ports/metric-source.ts';

const read = (value: unknown) => readingOf(value, 5, '/x');
const one = (value: number): MetricReading => ({ kind: 'values', samples: [{ at: 5, value }] });

describe('a value of a JSON answer', () => {
  it('is a number, or a decimal in a text', () => {
    assert.deepEqual([0, -1.5, '0.25', '1e-3', '+7', '.5'].map(read), [0, -1.5, 0.25, 0.001, 7, 0.5].map(one));
  });

  it('is no data where it holds no number at all', () => {
    const messages = [undefined, null, '', 'NaN', '+Inf', '-Inf', { events: 0, total: 0 }].map(read);
    assert.deepEqual(messages, [
      { kind: 'no-data', message: '/x is not in the answer' },
      { kind: 'no-data', message: '/x is empty' },
      { kind: 'no-data', message: '/x is empty' },
      { kind: 'no-data', message: '/x is NaN' },
      { kind: 'no-data', message: '/x is +Inf' },
      { kind: 'no-data', message: '/x is -Inf' },
      { kind: 'no-data', message: '/x counts a total of 0' },
    ]);
  });

  it('is counts where it says how many of how many', () => {
    assert.deepEqual(read({ events: 3, total: 200, window: '5m' }), { kind: 'counts', events: 3, total: 200 });
  });

  it('is an error where it is anything else', () => {
    const wrong = [
      'many',
      '0x10',
      true,
      [],
      { events: 5, total: 3 },
      { events: -1, total: 3 },
      { events: 0.5, total: 3 },
    ];
    for (const value of wrong) {
      assert.deepEqual(read(value), {
        kind: 'error',
        message: `/x is no number but ${JSON.stringify(value)}; point at a number`,
        cause: 'question',
      });
    }
  });
});

describe('a JSON pointer', () => {
  const document = { a: [{ 'b/c': 1, 'd~e': 2 }], '': 3 };

  it('names what RFC 6901 says', () => {
    const found = ['', '/a/0/b~1c', '/a/0/d~0e', '/'].map((pointer) => atPointer(document, pointer));
    assert.deepEqual(found, [document, 1, 2, 3]);
  });

  it('names nothing where there is nothing, and no inherited member', () => {
    const pointers = ['a', '/b', '/a/1', '/a/-', '/a/00', '/a/length', '/constructor', '/a/0/b~1c/x', '/__proto__/x'];
    assert.deepEqual(
      pointers.map((pointer) => atPointer(document, pointer)),
      pointers.map(() => undefined),
    );
  });
});
