import type { ToolExpectation } from '../../../api/generated/deployment.ts';
import type { Json } from '../../../core/json.ts';

const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
/** What a scan may find where the plan does not say (delivery.md section 1); low is not counted unless it does. */
const ACCEPTED = { critical: 0, high: 5, medium: 20, low: undefined } as const;
const FIELDS = { critical: 'maxCritical', high: 'maxHigh', medium: 'maxMedium', low: 'maxLow' } as const;

/**
 * In a sentence, what a scan found more of than accepted; `undefined` when it found no more. The result states its counts as
 * `counts: {critical, high, medium, low}`; one without them has not shown that it looked (D13).
 */
export function exceededCounts(content: Json, expected: ToolExpectation): string | undefined {
  const counts = member(content, 'counts');
  const excess: string[] = [];
  for (const severity of SEVERITIES) {
    const most = expected[FIELDS[severity]] ?? ACCEPTED[severity];
    if (most === undefined) continue;
    const found = member(counts, severity);
    if (typeof found !== 'number') return `its result states no count of ${severity} findings, so nothing was shown`;
    if (found > most) excess.push(`${found} ${severity} (at most ${most})`);
  }
  return excess.length === 0 ? undefined : `it found ${excess.join(', ')}`;
}

function member(value: Json | undefined, name: string): Json | undefined {
  if (value === null || value === undefined || typeof value !== 'object' || Array.isArray(value)) return undefined;
  return (value as { readonly [key: string]: Json })[name]; // border: isArray does not narrow readonly arrays
}
