import { assert } from 'chai';
import { columns, ink, type Line, textOf, tone, wrap } from '../../../operator/cli/screen/line.ts';
import { shortDuration } from '../../../operator/cli/screen/time.ts';

describe('a line of a screen', () => {
  const line: Line = [tone('good', 'Ready'), ' ', 'all of it'];

  it('is plain text where there are no colours', () => {
    assert.equal(ink(line, { colours: false }), 'Ready all of it');
  });

  it('is coloured piece by piece', () => {
    assert.equal(ink(line, { colours: true }), '\u001b[32mReady\u001b[0m all of it');
  });

  it('is cut to the width with an ellipsis, colours not counted, and never in the middle of a colour', () => {
    assert.equal(ink(line, { colours: false, width: 9 }), 'Ready al…');
    assert.equal(ink(line, { colours: true, width: 4 }), '\u001b[32mRea\u001b[0m…');
    assert.equal(ink(line, { colours: false, width: 15 }), 'Ready all of it');
  });

  it('lets no status steer the terminal', () => {
    assert.equal(ink(['a\u001b[2Jb\nc'], { colours: true }), 'a [2Jb c');
  });

  it('is wrapped between words, a long word staying whole', () => {
    assert.deepEqual(wrap('one two three', 9, '  ').map(textOf), ['  one two', '  three']);
    assert.deepEqual(wrap('sha256:0123456789', 4).map(textOf), ['sha256:0123456789']);
  });

  it('begins its cells below each other', () => {
    assert.deepEqual(
      columns([
        ['a', tone('bad', 'long'), 'x'],
        ['bbb', 'c', 'y'],
      ]).map(textOf),
      ['  a    long  x', '  bbb  c     y'],
    );
  });
});

describe('durations on a screen', () => {
  it('are as kubectl writes ages', () => {
    const seconds = [-1, 0, 59, 119, 120, 250, 600, 7_199, 7_200, 172_800];
    assert.deepEqual(
      seconds.map((second) => shortDuration(second * 1000)),
      ['0s', '0s', '59s', '119s', '2m', '4m10s', '10m', '119m', '2h', '2d'],
    );
  });
});
