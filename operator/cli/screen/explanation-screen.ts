import type { Explanation } from '../view/explanation.ts';
import { type Line, tone, wrap } from './line.ts';
import { standingSpan } from './standing-span.ts';

export function explanationScreen(told: Explanation, width: number): readonly Line[] {
  const { namespace, name, message, reasons, next } = told;
  return [
    [tone('strong', `${namespace}/${name}`), '  ', standingSpan(told)],
    ...wrap(message, width, '  '),
    ...(reasons.length === 0 ? [[], ['nothing speaks against it']] : []),
    ...reasons.flatMap(({ source, message: claim, details }): Line[] => [
      [],
      [tone('strong', source), '  ', claim],
      ...details.flatMap((detail) =>
        wrap(detail, width, '    ').map((line, index): Line => (index === 0 ? ['  - ', ...line.slice(1)] : line)),
      ),
    ]),
    [],
    [tone('strong', 'Next'), '  ', next],
  ];
}
