import type { Analysis } from '../../api/generated/deployment.ts';
import type { Judgement, MetricVerdict } from './judgement.ts';

export interface JudgedMetric {
  readonly name: string;
  /** Shown, not counted. */
  readonly muted: boolean;
  readonly judgement: Judgement;
}

type Modes = Pick<Analysis, 'onInconclusive' | 'onError'>;

export interface Combined {
  readonly verdict: MetricVerdict;
  /** What the delivery does: hold while nothing is decided, ask a human, go back, or go on. */
  readonly next: 'go-on' | 'hold' | 'ask' | 'roll-back';
  /** Nothing that is measured later can change it within this time. */
  readonly final: boolean;
  /** The metrics that the verdict rests on, with their sentences; muted ones are told behind. */
  readonly message: string;
}

/** The first of these that any counted metric has; Undecided stands before the verdicts that let a delivery go on. */
const ORDER = ['Fail', 'Error', 'Inconclusive', 'Undecided'] as const satisfies readonly MetricVerdict[];
const MOST_TOLD = 5;

/** The delivery's verdict: any Fail, any Error, any Inconclusive, all Skipped, Pass. */
export function combine(metrics: readonly JudgedMetric[], modes: Modes): Combined {
  const counted = metrics.filter(({ muted }) => !muted);
  const found = ORDER.find((candidate) => counted.some(({ judgement }) => judgement.verdict === candidate));
  const passed = counted.some(({ judgement }) => judgement.verdict === 'Pass');
  const verdict = found ?? (passed ? 'Pass' : 'Skipped');
  const deciding = counted.filter(({ judgement }) => judgement.verdict === verdict);
  const one = (metric: JudgedMetric) => metric.judgement.final;
  const final = found === undefined || found === 'Undecided' ? counted.every(one) : deciding.some(one);
  return {
    verdict,
    next: nextOf(verdict, final, modes),
    final,
    message: told(verdict, deciding, metrics),
  };
}

function nextOf(
  verdict: MetricVerdict,
  final: boolean,
  { onInconclusive = 'Ask', onError = 'Fail' }: Modes,
): Combined['next'] {
  switch (verdict) {
    case 'Fail':
      return 'roll-back';
    case 'Error':
      return final ? BY_MODE[onError] : 'hold';
    case 'Inconclusive':
      return BY_MODE[onInconclusive];
    case 'Undecided':
      return 'hold';
    case 'Skipped':
    case 'Pass':
      return 'go-on';
  }
}

const BY_MODE = { Ask: 'ask', Fail: 'roll-back', Pass: 'go-on' } as const;

function told(verdict: MetricVerdict, deciding: readonly JudgedMetric[], metrics: readonly JudgedMetric[]): string {
  const sentence = ({ name, judgement }: JudgedMetric) => `${name} ${judgement.message}`;
  const muted = metrics.filter((metric) => metric.muted);
  const lines = [
    ...deciding.slice(0, MOST_TOLD).map(sentence),
    ...(deciding.length > MOST_TOLD ? [`and ${deciding.length - MOST_TOLD} more`] : []),
    ...muted.slice(0, MOST_TOLD).map((metric) => `${metric.name} (muted) would be ${metric.judgement.verdict}`),
  ];
  return lines.length === 0 ? `${verdict}: no metric counts` : `${verdict}: ${lines.join('; ')}`;
}
