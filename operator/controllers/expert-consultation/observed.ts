import type {
  Consensus,
  EvidenceBlock,
  ExpertAnswerStatus,
  ExpertConsultation,
  ExpertConsultationStatus,
  Withdrawal,
} from '../../api/generated/expert-consultation.ts';
import type { Tenant } from '../../api/generated/tenant.ts';
import type { Milliseconds } from '../../core/decision.ts';
import type { Json } from '../../core/json.ts';
import type { Observed } from '../../core/room.ts';
import type { People } from './people.ts';

/** A block of evidence with its content, as the experts are shown it; status keeps the digest only. */
export interface Evidence extends EvidenceBlock {
  readonly content: Json;
}

/** What reading the evidence came to. */
export type Gathering =
  | { readonly state: 'gathered'; readonly blocks: readonly Evidence[] }
  /** The question was put: nothing is read again. */
  | { readonly state: 'settled' }
  | { readonly state: 'missing' | 'forbidden'; readonly what: string };

/** What the consultation remembers: a status of the same question, and what this pass added. */
export interface Memory {
  readonly askedAt?: Milliseconds;
  /** What machine experts said; people have their own rows. */
  readonly answers?: readonly ExpertAnswerStatus[];
  readonly findings?: ExpertConsultationStatus['findings'];
  readonly evidence?: readonly EvidenceBlock[];
  /** Set once the question was put: nobody is asked it again. */
  readonly questionDigest?: string;
  readonly consensus?: Consensus;
  /** The engine's one sentence. */
  readonly verdictMessage?: string;
  /** The engine's sentence of this pass, while somebody who may still answer can change it. */
  readonly undecided?: string;
}

export interface ObservedConsultation extends Observed {
  readonly object: ExpertConsultation;
  readonly tenant?: Tenant;
  readonly gathering: Gathering;
  readonly people: People;
  readonly memory: Memory;
  /** Nobody needs the answer any more. */
  readonly withdrawn?: Withdrawal;
}
