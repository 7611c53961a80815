import type { ExpertConsultationStatus } from '../../api/generated/expert-consultation.ts';
import type { Effect, ExpertAnswer } from '../../core/action.ts';
import { bounded } from '../../core/conditions.ts';
import { severities } from '../../core/pod-rules/rule.ts';
import type { ConsensusVerdict } from '../../ports/consensus.ts';
import type { Gathering, Memory, ObservedConsultation } from './observed.ts';

const FINDINGS_KEPT = 48;
const TEXT_KEPT = 512;

/** What the experts said, and what the engine made of it. */
export function absorb(observed: ObservedConsultation, effects: readonly Effect[]): ObservedConsultation {
  const memory = effects.reduce((known, effect) => learn(known, observed.gathering, effect), observed.memory);
  return { ...observed, memory };
}

function learn(memory: Memory, gathering: Gathering, effect: Effect): Memory {
  switch (effect.action.type) {
    case 'ask-experts': {
      const { answers } = (effect as Extract<Effect, { action: { type: 'ask-experts' } }>).outcome;
      return {
        ...memory,
        questionDigest: effect.action.question.digest,
        fresh: answers,
        answers: answers.map(answerStatus),
        findings: findingsOf(answers),
        ...(gathering.state === 'gathered'
          ? { evidence: gathering.blocks.map(({ content: _content, ...block }) => block) }
          : {}),
      };
    }
    case 'weigh-answers': {
      const { verdict } = (effect as Extract<Effect, { action: { type: 'weigh-answers' } }>).outcome;
      return { ...memory, consensus: consensusStatus(verdict), verdictMessage: verdictMessage(verdict, memory) };
    }
    default:
      return memory;
  }
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

/** The engine's sentence, and where it does not let something happen, the worst that was found. */
function verdictMessage(verdict: ConsensusVerdict, { findings = [] }: Memory): string {
  const worst = findings.filter(({ severity }) => severity === 'critical' || severity === 'high').slice(0, 3);
  if (worst.length === 0) return verdict.message;
  return `${verdict.message}; ${worst.map(({ message, rule }) => `${message} [${rule}]`).join('; ')}`;
}
