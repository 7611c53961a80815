import type { ExpertConsultationStatus } from '../../api/generated/expert-consultation.ts';
import type { Effect, ExpertAnswer } from '../../core/action.ts';
import { bounded, timestamp } from '../../core/conditions.ts';
import { severities } from '../../core/pod-rules/rule.ts';
import type { ConsensusVerdict } from '../../ports/consensus.ts';
import { AWAITED } from './build/consensus-request.ts';
import type { Gathering, Memory, ObservedConsultation } from './observed.ts';
import { afterVerdict, silentPeople } from './people.ts';

const FINDINGS_KEPT = 48;
const TEXT_KEPT = 512;

/** What the experts said, and what the engine made of it. */
export function absorb(observed: ObservedConsultation, effects: readonly Effect[]): ObservedConsultation {
  return effects.reduce(learn, observed);
}

function learn(observed: ObservedConsultation, effect: Effect): ObservedConsultation {
  const { gathering, people, memory } = observed;
  switch (effect.action.type) {
    case 'ask-experts': {
      const { answers } = (effect as Extract<Effect, { action: { type: 'ask-experts' } }>).outcome;
      const said = { answers: answers.map(answerStatus), findings: findingsOf(answers) };
      return { ...observed, memory: { ...memory, ...put(effect.action.question.digest, gathering), ...said } };
    }
    case 'record': {
      const { questionDigest } = effect.action.record;
      if (typeof questionDigest !== 'string') return observed;
      return { ...observed, memory: { ...memory, ...put(questionDigest, gathering) } };
    }
    case 'weigh-answers': {
      const { verdict } = (effect as Extract<Effect, { action: { type: 'weigh-answers' } }>).outcome;
      const message = verdictMessage(verdict, observed);
      if (isOpen(verdict)) return { ...observed, memory: { ...memory, undecided: message } };
      const decided = { consensus: consensusStatus(verdict), verdictMessage: message };
      return { ...observed, people: afterVerdict(people), memory: { ...memory, ...decided } };
    }
    default:
      return observed;
  }
}

/** The question as it was put, and what was shown with it. */
function put(questionDigest: string, gathering: Gathering): Pick<Memory, 'questionDigest' | 'evidence'> {
  if (gathering.state !== 'gathered') return { questionDigest };
  return { questionDigest, evidence: gathering.blocks.map(({ content: _content, ...block }) => block) };
}

/** No recommendation, and somebody who may still answer can make one. */
function isOpen({ recommendation, abstentions }: ConsensusVerdict): boolean {
  return recommendation === null && abstentions.some(({ reason }) => reason === AWAITED);
}

function answerStatus(answer: ExpertAnswer): NonNullable<ExpertConsultationStatus['answers']>[number] {
  return {
    expert: answer.expert,
    provider: answer.provider,
    kind: answer.kind,
    state: answer.state,
    model: answer.version,
    family: answer.provider,
    ...(answer.answer === undefined ? {} : { answer: answer.answer }),
    ...(answer.risk === undefined ? {} : { risk: answer.risk }),
    ...(answer.kind === 'rules' && answer.rationale !== '' ? { rationale: bounded(answer.rationale, TEXT_KEPT) } : {}),
    attempts: 1,
    latencyMilliseconds: Math.round(answer.latency),
    ...(answer.error === undefined ? {} : { error: bounded(answer.error, TEXT_KEPT) }),
  };
}

function findingsOf(answers: readonly ExpertAnswer[]): ExpertConsultationStatus['findings'] {
  return answers
    .flatMap(({ expert, findings }) => findings.map((finding) => ({ expert, ...finding })))
    .sort((left, right) => severities.indexOf(right.severity) - severities.indexOf(left.severity))
    .slice(0, FINDINGS_KEPT)
    .map((finding) => ({ ...finding, message: bounded(finding.message, TEXT_KEPT) }));
}

function consensusStatus(verdict: ConsensusVerdict): NonNullable<Memory['consensus']> {
  const { recommendation, abstained, leader, level, risk, basis, calibrated, engine } = verdict;
  const numbers = {
    share: verdict.share,
    margin: verdict.margin,
    entropy: verdict.entropy,
    confidence: verdict.confidence,
    rank: verdict.rank,
    riskBound: verdict.riskBound,
    effectiveExperts: verdict.effectiveExperts,
    alpha: verdict.alpha,
  };
  return {
    ...present({ recommendation, abstained, leader, level, risk }),
    ...present(numbers),
    basis,
    calibrated,
    engine,
    clusters: verdict.clusters,
    dissent: verdict.dissent,
    ...(verdict.outliers.length === 0 ? {} : { outliers: verdict.outliers }),
    ...(verdict.abstentions.length === 0 ? {} : { abstentions: verdict.abstentions.map(({ name }) => name) }),
  };
}

type Present<Fields> = { readonly [Key in keyof Fields]?: NonNullable<Fields[Key]> };

/** The fields that are not null: status says nothing rather than null. */
function present<Fields extends object>(fields: Fields): Present<Fields> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as Present<Fields>; // border: fromEntries forgets types
}

/** The engine's sentence; where it does not let something happen, the worst that was found and who was waited for in vain. */
function verdictMessage(verdict: ConsensusVerdict, { people, memory }: ObservedConsultation): string {
  const worst = (memory.findings ?? []).filter(({ severity }) => severity === 'critical' || severity === 'high');
  const told = worst.slice(0, 3).map(({ message, rule }) => `${message} [${rule}]`);
  const silent = silentPeople(people);
  const late =
    silent.length === 0 || people.until === undefined
      ? []
      : [`no answer as ${silent.join(', ')} was seen before ${timestamp(people.until)}`];
  return [verdict.message, ...late, ...(told.length === 0 ? [] : [told.join('; ')])].join('; ');
}
