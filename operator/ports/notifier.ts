import type { NoticeType } from '../api/notices.ts';
import type { Milliseconds } from '../core/decision.ts';

/** One thing that became of a delivery. Sent again it is the same in every letter: receivers drop what they know by `id`. */
export interface Notice {
  /** Hash of delivery, step and type. */
  readonly id: string;
  readonly type: NoticeType;
  /** When it happened, RFC 3339 in UTC. */
  readonly at: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly delivery: string;
  readonly revision: string;
  /** Step of the delivery; `roll-out/2` is the second step of its strategy. */
  readonly step: string;
  /** One sentence for people. */
  readonly message: string;
  /** CamelCase. */
  readonly cause?: string;
  /** Revision that was refused, and the one that serves instead: what to revert in Git, and to what. */
  readonly rejected?: string;
  readonly serving?: string;
  /** Told once before, and nothing came of it. */
  readonly reminder?: true;
}

export type NoticeOutcome =
  /** The sink took it. */
  | { readonly state: 'sent' }
  /** It may work later, not before `after` where the sink said so. */
  | { readonly state: 'failed'; readonly message: string; readonly after?: Milliseconds }
  /** The sink refuses this very message: the same again does not help. */
  | { readonly state: 'refused'; readonly message: string };

/**
 * Sends a notice to a sink of the settings. Resolves within `NOTICE_DEADLINE`, whatever the sink does; only the configured
 * origins are dialled, no redirect is followed, and keys are read from their files at each call.
 * @throws Aborted where the signal says so, and nothing else.
 */
export interface Notifier {
  send(sink: string, notice: Notice, signal: AbortSignal): Promise<NoticeOutcome>;
}

export const NOTICE_DEADLINE: Milliseconds = 3_000;
