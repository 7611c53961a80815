import type {
  Consensus,
  EvidenceBlock,
  ExpertConsultation,
  ExpertConsultationStatus,
} from '../../api/generated/expert-consultation.ts';
import type { Tenant } from '../../api/generated/tenant.ts';
import type { ExpertAnswer } from '../../core/action.ts';
import type { Milliseconds } from '../../core/decision.ts';
import type { Json } from '../../core/json.ts';
import type { Observed } from '../../core/room.ts';

/** A block of evidence with its content, as the experts are shown it; status keeps the digest only. */
export interface Evidence extends EvidenceBlock {
  readonly content: Json;
}

/** What reading the evidence came to. */
export type Gathering =
  | { readonly state: 'gathered'; readonly blocks: readonly Evidence[] }
  /** The answers are in: nothing is read again. */
  | { readonly state: 'settled' }
  | { readonly state: 'missing' | 'forbidden'; readonly what: string };

/** What the consultation remembers: a status of the same question, and what this pass added. */
export interface Memory {
  readonly askedAt?: Milliseconds;
  readonly answers?: ExpertConsultationStatus['answers'];
  readonly findings?: ExpertConsultationStatus['findings'];
  readonly evidence?: readonly EvidenceBlock[];
  readonly questionDigest?: string;
  readonly consensus?: Consensus;
  /** The engine's one sentence. */
  readonly verdictMessage?: string;
  /** Answers of this pass, with what status does not keep. */
  readonly fresh?: readonly ExpertAnswer[];
}

export interface ObservedConsultation extends Observed {
  readonly object: ExpertConsultation;
  readonly tenant?: Tenant;
  readonly gathering: Gathering;
  readonly memory: Memory;
}
