import { appendFileSync } from 'node:fs';

/** One measured figure of a behaviour, by its number in `test/behaviours/behaviours.ts`. */
export interface Figure {
  readonly behaviour: number;
  readonly text: string;
}

/** Tells `npm run behaviours` what a test measured; elsewhere it does nothing. */
export function figure(behaviour: number, text: string): void {
  const file = process.env['CODE_FIGURES'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ behaviour, text } satisfies Figure)}\n`);
}
