import type { NoticeStatus } from '../../../api/generated/deployment.ts';
import type { Milliseconds } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import type { Trail } from '../../../core/trail.ts';
import { askedAbout, expiryOf } from '../approval/ask-people.ts';
import { openRequest } from '../approval/open-request.ts';
import type { DeploymentObserved } from '../observed.ts';
import type { Happening } from '../report/happening.ts';
import { askingStage } from './asking-stage.ts';
import { noticeId } from './notice-id.ts';

/** When people who were told of an approval are told once more: at half of its time. `undefined` where nobody has to be. */
export function reminderAt(
  observed: DeploymentObserved,
  { standing }: Pick<Trail, 'standing'>,
  ledger: readonly NoticeStatus[],
): Milliseconds | undefined {
  const last = standing.at(-1);
  if (last?.decision.kind !== 'wait' || last.decision.reason !== 'WaitingForApproval') return undefined;
  const asked = {
    delivery: observed.delivery.id,
    step: askingStage(observed, last.step),
    type: 'approval_needed',
  } as const;
  const isKept = (id: string) => ledger.some((notice) => notice.id === id);
  if (!isKept(noticeId(asked)) || isKept(noticeId({ ...asked, reminder: true }))) return undefined;
  const time = timeOf(observed, last.step);
  return time && time.from + (time.to - time.from) / 2;
}

/** The reminder that is due. */
export function reminded(
  observed: DeploymentObserved,
  trail: Pick<Trail, 'standing'>,
  ledger: readonly NoticeStatus[],
  { now }: Laws,
): readonly Happening[] {
  const due = reminderAt(observed, trail, ledger);
  const last = trail.standing.at(-1);
  if (due === undefined || due > now || last === undefined) return [];
  const { id: delivery, plan } = observed.delivery;
  const { reason, message } = last.decision;
  const of = {
    type: 'approval_needed',
    stage: askingStage(observed, last.step),
    delivery,
    revision: plan.revision,
  } as const;
  return [{ step: last.step, message, silent: true, notice: { ...of, cause: reason, reminder: true } }];
}

function timeOf(
  observed: DeploymentObserved,
  step: string,
): { readonly from: number; readonly to: number } | undefined {
  const request = openRequest(observed, step);
  const asked = askedAbout(observed, request?.step ?? 'review');
  const from = Date.parse(asked?.metadata.creationTimestamp ?? '');
  const own = request && expiryOf(observed, request);
  const to = request === undefined ? Date.parse(asked?.status?.expiresAt ?? '') : (own ?? Number.NaN);
  return Number.isNaN(from) || Number.isNaN(to) ? undefined : { from, to };
}
