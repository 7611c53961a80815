import type { NoticeType } from '../../../api/notices.ts';

/** Something a reader of the story should find in it, or those who asked to be told of a delivery, or both. */
export interface Happening {
  readonly step: string;
  readonly message: string;
  /** What those who asked are told. */
  readonly notice?: News;
  /** No line of the story: another one says it. */
  readonly silent?: true;
}

export interface News {
  readonly type: NoticeType;
  /** The step as notices name it. */
  readonly stage: string;
  readonly delivery: string;
  readonly revision: string;
  readonly cause?: string;
  readonly rejected?: string;
  readonly serving?: string;
  /** Told once before. */
  readonly reminder?: true;
}
