import type { Milliseconds } from '../../core/decision.ts';
import { type DeliveryView, denialOf } from '../view/delivery-view.ts';
import { analysisLines } from './analysis-lines.ts';
import { columns, type Line, type Span, type Tone, tone, wrap } from './line.ts';
import { revisionLines } from './revision-lines.ts';
import { standingSpan } from './standing-span.ts';
import { stepLines } from './step-lines.ts';

export interface ScreenOptions {
  readonly now: Milliseconds;
  readonly width: number;
  /** Lines of the timeline that are shown, from its end. */
  readonly timeline: number;
  /** Whether every pod has a line of its own. */
  readonly pods: boolean;
}

/** A delivery on one screen: where it is, its steps, its revisions, what was said of it, its last lines, what to do. */
export function deliveryScreen(view: DeliveryView, options: ScreenOptions): readonly Line[] {
  const { width, now } = options;
  return [
    header(view),
    ...wrap(view.message, width, '  '),
    ...section('Steps', stepLines(view.steps, now)),
    ...section(revisionsTitle(view), revisionLines(view, now, options.pods)),
    ...section('Config of the desired revision', configLines(view.config)),
    ...section('Analysis', analysisLines(view.analysis)),
    ...section('Verdicts', verdictLines(view)),
    ...section('Timeline', timelineLines(options.timeline === 0 ? [] : view.timeline.slice(-options.timeline), width)),
    [],
    [tone('strong', 'Next'), '  ', view.next],
  ];
}

function header(view: DeliveryView): Line {
  const { name, namespace, progress, strategyStep: step } = view;
  const weight = step?.weight === undefined ? '' : `, weight ${step.weight} %`;
  const strategy = step === undefined ? '' : ` · ${step.name} ${step.index}/${step.of}${weight}`;
  return [
    tone('strong', `${namespace}/${name}`),
    '  ',
    standingSpan(view),
    ...(progress === undefined ? [] : [tone('faint', `  step ${progress}${strategy}`)]),
    ...(view.current ? [] : [tone('busy', '  (the newest spec was not seen yet)')]),
  ];
}

function revisionsTitle({ pods: { wanted, ready, available } }: DeliveryView): string {
  return `Revisions, ${wanted} wanted, ${ready} ready, ${available} available`;
}

function configLines(config: readonly string[]): readonly Line[] {
  const rows = config.map((line): Span[] => {
    const [kind = '', name = '', digest = ''] = line.split(' ');
    return [kind, name, tone('faint', digest)];
  });
  return columns(rows);
}

function verdictLines(view: DeliveryView): readonly Line[] {
  const { review, approvals, gate, tools } = view;
  const rows: Span[][] = [];
  if (gate?.allowed) rows.push(['policy', tone('good', 'allowed'), `step ${gate.step}`]);
  const denial = denialOf(view);
  for (const reason of denial?.reasons ?? []) rows.push(['policy', tone('bad', 'denied'), reason]);
  if (review !== undefined) {
    const { verdict = 'asked', confidence, risk, consultation } = review;
    const certainty = confidence === undefined ? [] : [`confidence ${Number(confidence).toFixed(2)}`];
    const numbers = [...certainty, ...(risk === undefined ? [] : [`risk ${risk}`]), consultation].join(', ');
    const mood: Tone = verdict === 'approve' ? 'good' : verdict === 'asked' ? 'busy' : 'bad';
    rows.push(['review', tone(mood, verdict), numbers]);
  }
  for (const { consultation, title, message } of approvals) {
    rows.push(['approval', tone('busy', consultation), `${title} ${message}`]);
  }
  for (const { name, step, outcome = 'Running', message, acceptedBy } of tools) {
    const mood: Tone =
      outcome === 'Succeeded' ? 'good' : outcome === 'Failed' || outcome === 'Unknown' ? 'bad' : 'busy';
    rows.push([
      `tool ${name}`,
      tone(mood, outcome),
      [
        `step ${step}`,
        ...(message === undefined ? [] : [message]),
        ...(acceptedBy === undefined ? [] : [`accepted by ${acceptedBy}`]),
      ].join('; '),
    ]);
  }
  return columns(rows);
}

/** The time stands out, and a sentence that needs more lines goes on below itself. */
function timelineLines(timeline: readonly string[], width: number): readonly Line[] {
  return timeline.flatMap((line) => {
    const [time = '', ...words] = line.split(' ');
    const margin = ' '.repeat(time.length + 4);
    return wrap(words.join(' '), width, margin).map((wrapped, index): Line => {
      return index === 0 ? ['  ', tone('faint', time), '  ', ...wrapped.slice(1)] : wrapped;
    });
  });
}

function section(title: string, lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : [[], [tone('strong', title)], ...lines];
}
