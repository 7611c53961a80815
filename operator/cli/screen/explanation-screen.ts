import type { Explanation } from '../view/explanation.ts';
import { type Line, tone, wrap } from './line.ts';

export function explanationScreen(told: Explanation, width: number): readonly Line[] {
  const { namespace, name, standing, phase, message, reasons, next } = told;
  const mood = standing === 'Ready' ? 'good' : standing === 'Stalled' ? 'bad' : 'busy';
  return [
    [tone('strong', `${namespace}/${name}`), '  ', tone(mood, `${standing}: ${phase}`)],
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
