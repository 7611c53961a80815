import type { NoticeType } from '../../../api/notices.ts';
import { shortHash } from '../../../core/hash.ts';

/** The same for the same happening of the same delivery, in every process (delivery.md section 9). */
export function noticeId(of: {
  readonly delivery: string;
  readonly step: string;
  readonly type: NoticeType;
  readonly reminder?: true;
}): string {
  return shortHash(of, 32);
}
