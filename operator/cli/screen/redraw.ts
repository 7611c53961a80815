import type { Terminal } from '../terminal.ts';
import { ink, type Line } from './line.ts';

const UP_AND_CLEAR = (lines: number): string => (lines === 0 ? '\r\u001b[J' : `\u001b[${lines}A\r\u001b[J`);
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
/** Between these a terminal that knows them shows nothing half drawn; others ignore them. */
const [BEGIN, END] = ['\u001b[?2026h', '\u001b[?2026l'];

/** A part of a terminal that is drawn again and again in its place; the last picture stays when it is left. */
export class Redraw {
  readonly #terminal: Terminal;
  #height = 0;
  #before = '';
  #begun = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Lines that do not fit are left out at the end, and counted. */
  draw(lines: readonly Line[]): void {
    const { columns: width, rows } = this.#terminal.size();
    const { colours } = this.#terminal;
    const text = fitted(lines, rows - 1).map((line) => `${ink(line, { colours, width })}\n`);
    const picture = text.join('');
    if (picture === this.#before) return;
    const start = this.#begun ? '' : HIDE_CURSOR;
    // After the window became smaller, what is above its edge cannot be reached: it is drawn anew below.
    const up = Math.min(this.#height, rows - 1);
    this.#terminal.write(`${BEGIN}${start}${UP_AND_CLEAR(up)}${picture}${END}`);
    this.#begun = true;
    this.#height = text.length;
    this.#before = picture;
  }

  leave(): void {
    if (this.#begun) this.#terminal.write(SHOW_CURSOR);
    this.#begun = false;
  }
}

export function fitted(lines: readonly Line[], rows: number): readonly Line[] {
  if (lines.length <= rows) return lines;
  const shown = Math.max(0, rows - 1);
  return [...lines.slice(0, shown), [`… ${lines.length - shown} more lines: make the window higher`]];
}
