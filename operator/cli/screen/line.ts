/** How a piece of text looks where there are colours. */
export type Tone = 'good' | 'bad' | 'busy' | 'faint' | 'strong';

/** A line of a screen: pieces of text, some with a tone. Pure data, so that screens are tested without a terminal. */
export type Line = readonly Span[];
export type Span = string | { readonly text: string; readonly tone: Tone };

const CODES: Readonly<Record<Tone, string>> = { good: '32', bad: '31', busy: '33', faint: '2', strong: '1' };
/** Control characters of whoever wrote a status must not steer the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g;

export const tone = (name: Tone, text: string): Span => ({ text, tone: name });

export function textOf(line: Line): string {
  return line
    .map((span) => clean(typeof span === 'string' ? span : span.text))
    .join('')
    .trimEnd();
}

/** The line as bytes for a terminal: coloured where wanted, cut to the width where given, with an ellipsis. */
export function ink(line: Line, options: { readonly colours: boolean; readonly width?: number }): string {
  const { colours, width = Number.POSITIVE_INFINITY } = options;
  const whole = textOf(line).length <= width;
  let left = whole ? Number.POSITIVE_INFINITY : width - 1;
  const pieces: string[] = [];
  for (const span of line) {
    const text = clean(typeof span === 'string' ? span : span.text).slice(0, left);
    left -= text.length;
    const coloured = colours && typeof span !== 'string' && text !== '';
    pieces.push(coloured ? `\u001b[${CODES[span.tone]}m${text}\u001b[0m` : text);
    if (left <= 0) break;
  }
  return whole ? pieces.join('').trimEnd() : `${pieces.join('')}…`;
}

/** A sentence over several lines, each after the margin; a word longer than a line stays whole. */
export function wrap(text: string, width: number, margin = ''): readonly Line[] {
  const lines: string[] = [];
  let line = '';
  for (const word of clean(text).split(/ +/)) {
    if (line !== '' && margin.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].filter((one) => one !== '').map((one) => [margin, one]);
}

/** Rows whose cells begin in the same column; cells of the last column are not padded. */
export function columns(rows: readonly (readonly Span[])[], margin = '  ', gap = '  '): readonly Line[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, lengthOf(cell));
  }
  return rows.map((row) => [
    margin,
    ...row.flatMap((cell, index): Span[] => {
      if (index === row.length - 1) return [cell];
      return [cell, ' '.repeat((widths[index] ?? 0) - lengthOf(cell)) + gap];
    }),
  ]);
}

const lengthOf = (span: Span): number => (typeof span === 'string' ? span : span.text).length;

const clean = (text: string): string => text.replace(CONTROLS, ' ');
