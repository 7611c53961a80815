/** What a panel agrees on: the judge of consultations. Fractions go in as decimal text or numbers and come out as text of six decimals. */
import type { Json } from '../core/json.ts';

export interface ConsensusEngine {
  /**
   * Judges what a panel said. Synchronous, pure, never throws: the same request gives the same verdict on every machine and
   * in every order of the experts; what cannot be judged is a refusal.
   */
  decide(request: ConsensusRequest): ConsensusVerdict | ConsensusRefusal;
}

/** Decimal text such as `0.5`, or a number. */
export type Decimal = string | number;

export interface ConsensusRequest {
  readonly answer: AnswerKind;
  /** Least number of valid answers; half of the experts, rounded up, unless set. */
  readonly quorum?: number;
  readonly rules?: ConsensusRules;
  /** The whole panel, also who did not answer; at most 32, names all different. */
  readonly experts: readonly PanelExpert[];
  /** Earlier questions of this panel, at most 1,000; not for texts. */
  readonly history?: readonly PastQuestion[];
}

export type AnswerKind =
  /** `permits`: the options that let something happen; they need two thirds of the weight and every veto expert. */
  | { readonly kind: 'choice'; readonly options: readonly string[]; readonly permits?: readonly string[] }
  | NumericAnswer<'number'>
  /** Quantities of Kubernetes, compared in base units. */
  | NumericAnswer<'quantity'>
  /** Answers are JSON values that the border has parsed; fields equal to `defaults` are dropped before they are compared. */
  | { readonly kind: 'yaml'; readonly defaults?: Json }
  | { readonly kind: 'text' };

interface NumericAnswer<Kind extends string> {
  readonly kind: Kind;
  readonly min?: Decimal;
  readonly max?: Decimal;
  /** Two answers agree when they are `abs`, or `rel` of the larger, apart. */
  readonly tolerance?: { readonly abs?: Decimal; readonly rel?: Decimal };
}

export interface ConsensusRules {
  /** Share of the weight the leader must exceed; 0.5 unless set. */
  readonly minShare?: Decimal;
  /** How texts and rationales are compared; dice unless set. */
  readonly similarity?: 'dice' | 'cosine' | 'jaccard' | 'levenshtein' | 'tfidf';
  /** Mean similarity from which texts agree; 0.7 unless set. */
  readonly threshold?: Decimal;
  /** Least confidence of a recommendation; 0.6 unless set. */
  readonly abstainBelow?: Decimal;
  /** Accepted share of wrong recommendations; needs graded history, else there is no recommendation. */
  readonly risk?: Decimal;
  /** Whether to estimate reliabilities from 100 or more ungraded questions where nobody is graded. */
  readonly estimateAccuracy?: boolean;
}

export interface PanelExpert {
  readonly name: string;
  /** Experts of one family share one weight; the name unless set. */
  readonly family?: string;
  /** From 0.1 to 10; 1 unless set. */
  readonly weight?: Decimal;
  readonly required?: boolean;
  readonly veto?: boolean;
  /** How often it was right; counted from `history` unless set. */
  readonly graded?: { readonly right: number; readonly of: number };
  /** What it said; without a reply it abstains. What it says of its own confidence weighs nothing, so it is not asked for. */
  readonly reply?: ExpertReply;
  /** Why there is no reply, as the verdict repeats it; `NoReply` unless set. */
  readonly absent?: string;
}

export interface ExpertReply {
  readonly answer: Json;
  readonly risk?: RiskLevel;
  /** 4,000 characters count. */
  readonly rationale?: string;
  /** Ids of evidence blocks, at most 64. */
  readonly evidence?: readonly string[];
  /** Texts of different stance never agree; neutral unless set. */
  readonly stance?: 'for' | 'against' | 'neutral';
}

export type RiskLevel = 'low' | 'medium' | 'high' | 'critical';

export interface PastQuestion {
  /** What was right; absent: not graded. */
  readonly gold?: Json;
  /** Answers by the experts' names. */
  readonly answers: { readonly [expert: string]: Json };
}

/** Why there is no recommendation, in the order in which it is asked. */
export type Withheld =
  | 'QuorumMissing'
  | 'RequiredExpertMissing'
  | 'NoValidAnswer'
  | 'Tied'
  | 'ShareTooLow'
  | 'Vetoed'
  | 'ConfidenceTooLow'
  | 'RiskTooHigh';

/** Fractions are text of six decimals. Where nobody voted there is no leader, and what describes one is null. */
export interface ConsensusVerdict {
  readonly outcome: 'verdict';
  /** The leader when it may be recommended: a normal form; of texts the words of the medoid. */
  readonly recommendation: string | null;
  /** Why there is no recommendation; null exactly when there is one. */
  readonly abstained: Withheld | null;
  /** The verdict as one lower-case sentence. */
  readonly message: string;
  readonly leader: string | null;
  /** `bestExpert`: graded history says that one expert is better than the panel, so its answer leads. */
  readonly basis: 'plurality' | 'bestExpert';
  readonly level: 'high' | 'medium' | 'low' | null;
  readonly share: string | null;
  readonly margin: string | null;
  /** 0: one voice; 1: as many answers as voters. */
  readonly entropy: string | null;
  /** Null for texts: agreement on a text does not show that it is right. */
  readonly confidence: string | null;
  /** Whether `confidence` rests on graded history. */
  readonly calibrated: boolean;
  /** Orders questions by how sure the panel is, uncalibrated. */
  readonly rank: string | null;
  /** Least rank that the accepted risk asks for. */
  readonly riskBound: string | null;
  /** Highest risk stated or exceeded by voters with a third of the weight. */
  readonly risk: RiskLevel | null;
  readonly asked: number;
  /** Valid answers. */
  readonly answered: number;
  readonly quorum: number;
  /** Required experts without a valid answer. */
  readonly missing: readonly string[];
  /** Experts whose veto stands against a leader that permits something. */
  readonly vetoedBy: readonly string[];
  /** Sorted by name. `weight` is the share of all weight, `reliability` the probability of being right where graded. */
  readonly voters: readonly {
    readonly name: string;
    readonly answer: string;
    readonly weight: string;
    readonly reliability: string | null;
  }[];
  readonly abstentions: readonly { readonly name: string; readonly reason: string }[];
  /** Heaviest first; `evidence`: what only this cluster cites. */
  readonly clusters: readonly AnswerCluster[];
  /** Every cluster but the leader's; `evidence`: what the leader does not cite. */
  readonly dissent: readonly AnswerCluster[];
  /** Voters whose text is like nobody's: they have no weight. */
  readonly outliers: readonly string[];
  /** How many independent experts the panel amounts to, from graded history. */
  readonly effectiveExperts: string | null;
  /** Krippendorff's alpha of the history. */
  readonly alpha: string | null;
  /** Name and version of the engine that decided. */
  readonly engine: string;
}

export interface AnswerCluster {
  readonly answer: string;
  /** Share of the weight. */
  readonly mass: string;
  readonly members: readonly string[];
  /** The rationale most like those of all members, at most 512 characters. */
  readonly medoid: string;
  readonly evidence: readonly string[];
}

/** A request that was not judged. */
export interface ConsensusRefusal {
  readonly outcome: 'refusal';
  /** `EngineFailed` is our fault, the others are the caller's. */
  readonly reason: 'RequestInvalid' | 'TooLarge' | 'TooLargeForMetric' | 'EngineFailed';
  /** Dotted path of the field, empty for the whole request. */
  readonly field: string;
  readonly message: string;
}
