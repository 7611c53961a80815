import { ink, type Line } from './screen/line.ts';
import type { Terminal } from './terminal.ts';

/** Lines on standard output; whole where it is no terminal, so that nothing is lost to a pipe. */
export function printLines(terminal: Terminal, lines: readonly Line[]): void {
  const { colours, interactive } = terminal;
  const width = interactive ? { width: terminal.size().columns } : {};
  terminal.write(lines.map((line) => `${ink(line, { colours, ...width })}\n`).join(''));
}

export function printJson(terminal: Terminal, value: unknown): void {
  terminal.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** The width sentences are wrapped to. */
export function widthOf(terminal: Terminal): number {
  return terminal.interactive ? terminal.size().columns : 120;
}
