import type { ExpertConsultation } from '../../api/generated/expert-consultation.ts';
import { type DeliveryView, denialOf } from './delivery-view.ts';

/** One reason why a delivery is where it is, with what supports it. */
export interface Reason {
  /** Who says so: `policy`, `review`, `pods`, `tool scan`, `metric error-rate`, `step roll-out`. */
  readonly source: string;
  readonly message: string;
  readonly details: readonly string[];
}

export interface Explanation {
  readonly name: string;
  readonly namespace: string;
  readonly standing: DeliveryView['standing'];
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  readonly reasons: readonly Reason[];
  readonly next: string;
}

/** Findings and experts that are told: the worst come first. */
const DETAILS = 12;

/** Why does it wait, why was it denied, why did it go back: everything that speaks against going on, from who said so. */
export function explanation(view: DeliveryView, consultation: ExpertConsultation | undefined): Explanation {
  const { name, namespace, standing, phase, reason, message, next } = view;
  const reasons = [
    ...steps(view),
    ...policy(view),
    ...approvals(view),
    ...review(view, consultation),
    ...tools(view),
    ...metrics(view),
    ...pods(view),
    ...rejections(view),
  ];
  return { name, namespace, standing, phase, reason, message, reasons, next };
}

function steps({ steps }: DeliveryView): readonly Reason[] {
  return steps
    .filter(({ state }) => state === 'Failed' || state === 'Waiting' || state === 'Running')
    .map(({ name, state, cause, message }) => ({
      source: `step ${name}`,
      message: cause === undefined ? state : `${state}, ${cause}`,
      details: message === undefined ? [] : [message],
    }));
}

function policy(view: DeliveryView): readonly Reason[] {
  const denial = denialOf(view);
  if (denial === undefined) return [];
  const { step, decisionId, bundle, reasons = [], until } = denial;
  const again = until === undefined ? [] : [`it is asked again at ${until}`];
  const trace = `decision ${decisionId} of bundle ${bundle.slice(0, 12)}, as in the audit log`;
  return [{ source: 'policy', message: `step ${step} is denied`, details: [...reasons, ...again, trace] }];
}

function approvals({ approvals }: DeliveryView): readonly Reason[] {
  return approvals.map(({ consultation, title, message }) => ({
    source: 'approval',
    message: `consultation ${consultation} waits for a person`,
    details: [title, message],
  }));
}

function review({ review }: DeliveryView, consultation: ExpertConsultation | undefined): readonly Reason[] {
  if (review === undefined) return [];
  const { verdict = 'no verdict yet', risk } = review;
  if (verdict === 'approve') return [];
  const { answers = [], findings = [], message } = consultation?.status ?? {};
  const said = answers.map(({ expert, kind, state, answer, rationale, error }) => {
    const why = rationale ?? error;
    return `${expert} (${kind}): ${answer ?? state}${why === undefined ? '' : `: ${why}`}`;
  });
  const found = findings.map(
    ({ severity, object, path, rule, message: text }) =>
      `${severity} ${object}${path === undefined ? '' : ` ${path}`}: ${text} [${rule}]`,
  );
  return [
    {
      source: 'review',
      message: `${verdict}${risk === undefined ? '' : `, risk ${risk}`}; consultation ${review.consultation}`,
      details: [...(message === undefined ? [] : [message]), ...[...found, ...said].slice(0, DETAILS)],
    },
  ];
}

function tools({ tools }: DeliveryView): readonly Reason[] {
  return tools
    .filter(({ outcome }) => outcome !== 'Succeeded' && outcome !== 'Skipped')
    .map(({ name, step, outcome, server, tool, message, acceptedBy }) => ({
      source: `tool ${name}`,
      message: outcome === undefined ? `is being called in step ${step}` : ended(outcome, step, acceptedBy),
      details: [`${server ?? '?'}.${tool ?? '?'}${message === undefined ? '' : `: ${message}`}`],
    }));
}

function ended(outcome: string, step: string, acceptedBy: string | undefined): string {
  return `${outcome} in step ${step}${acceptedBy === undefined ? '' : `; ${acceptedBy} let the delivery go on`}`;
}

function metrics({ analysis }: DeliveryView): readonly Reason[] {
  return analysis
    .filter(({ verdict }) => verdict !== 'Pass' && verdict !== 'Skipped')
    .map(({ metric, verdict, value, message }) => ({
      source: `metric ${metric}`,
      message: `${verdict}${value === undefined ? '' : `, last value ${value}`}`,
      details: message === undefined ? [] : [message],
    }));
}

/** Pods with the same trouble are told once. */
function pods({ revisions, podsUnknown }: DeliveryView): readonly Reason[] {
  const unknown =
    podsUnknown === undefined ? [] : [{ source: 'pods', message: 'cannot be read', details: [podsUnknown] }];
  const told = revisions.flatMap(({ hash, pods = [] }) => {
    const troubles = new Map<string, string[]>();
    for (const { name, state, health, message = '' } of pods) {
      if (health !== 'bad') continue;
      const key = `${state}\n${message}`;
      troubles.set(key, [...(troubles.get(key) ?? []), name]);
    }
    return [...troubles].map(([key, names]): Reason => {
      const [state = '', message = ''] = key.split('\n');
      const more = names.length > 1 ? ` and ${names.length - 1} more` : '';
      const detail = `${names[0]}${more}${message === '' ? '' : `: ${message}`}`;
      return { source: `pods of ${hash}`, message: state, details: [detail] };
    });
  });
  return [...told, ...unknown];
}

function rejections({ revisions }: DeliveryView): readonly Reason[] {
  return revisions
    .filter(({ roles }) => roles.includes('rejected') && roles.includes('desired'))
    .map(({ hash, cause = 'unknown' }) => ({
      source: `revision ${hash}`,
      message: `was rejected (${cause}): applying it again starts nothing, so that Git cannot bring it back by itself`,
      details: [],
    }));
}
