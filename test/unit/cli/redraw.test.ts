import { assert } from 'chai';
import { Redraw } from '../../../operator/cli/screen/redraw.ts';
import { RecordedTerminal } from './recorded-terminal.ts';

/** What a person sees after these bytes: cursor movements and erasing, as Redraw uses them, over lines of text. */
function seen(bytes: string): readonly string[] {
  const lines = [''];
  let row = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are made of them
  for (const [piece] of bytes.matchAll(/\u001b\[\??[0-9;]*[A-Za-z]|[\r\n]|[^\u001b\r\n]+/g)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
    const [, amount, command] = /^\u001b\[([0-9]*)([A-Z])$/.exec(piece) ?? [];
    if (command === 'A') row -= Number(amount);
    else if (command === 'J') lines.splice(row, lines.length, '');
    else if (piece === '\n') {
      row += 1;
      lines[row] ??= '';
    } else if (piece !== '\r' && !piece.startsWith('\u001b')) lines[row] = `${lines[row]}${piece}`;
  }
  return lines;
}

describe('the view that is drawn again', () => {
  it('takes the place of the one before, longer or shorter, and leaves the last', () => {
    const terminal = new RecordedTerminal({ interactive: true });
    const redraw = new Redraw(terminal);
    terminal.write('$ kubectl code watch\n');
    redraw.draw([['one'], ['two'], ['three']]);
    redraw.draw([['four']]);
    redraw.draw([['five'], ['six']]);
    redraw.leave();
    terminal.write('$ ');
    assert.deepEqual(seen(terminal.output), ['$ kubectl code watch', 'five', 'six', '$ ']);
  });

  it('writes nothing while nothing changes', () => {
    const terminal = new RecordedTerminal({ interactive: true });
    const redraw = new Redraw(terminal);
    redraw.draw([['one']]);
    const { length } = terminal.output;
    redraw.draw([['one']]);
    assert.lengthOf(terminal.output, length);
  });

  it('never draws more lines than the window has, and says how many are left out', () => {
    const terminal = new RecordedTerminal({ interactive: true, rows: 4 });
    new Redraw(terminal).draw([['one'], ['two'], ['three'], ['four']]);
    assert.deepEqual(seen(terminal.output), ['one', 'two', '… 2 more lines: make the window higher', '']);
  });

  it('hides the cursor while it draws and gives it back', () => {
    const terminal = new RecordedTerminal({ interactive: true });
    const redraw = new Redraw(terminal);
    redraw.leave();
    assert.equal(terminal.output, '');
    redraw.draw([['one']]);
    redraw.leave();
    assert.include(terminal.output, '\u001b[?25l');
    assert.isTrue(terminal.output.endsWith('\u001b[?25h'));
  });
});
