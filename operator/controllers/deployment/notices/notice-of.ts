import type { NoticeStatus } from '../../../api/generated/deployment.ts';
import type { Notice } from '../../../ports/notifier.ts';
import type { DeploymentObserved } from '../observed.ts';

/** What is sent: from what is stored alone, so that it is the same however often it is sent. */
export function noticeOf({ object, namespace }: DeploymentObserved, stored: NoticeStatus): Notice {
  const { to: _to, delivery = '', revision = '', message = '', ...rest } = stored;
  const { name, uid = '' } = object.metadata;
  return { ...told(rest), namespace, name, uid, delivery, revision, message };
}

function told({ reminder, ...rest }: Pick<NoticeStatus, 'id' | 'type' | 'step' | 'at' | 'reminder'>) {
  return { ...rest, ...(reminder === true ? { reminder } : {}) };
}
