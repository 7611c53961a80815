import type { DeploymentStatus, NoticeStatus, NoticeTo } from '../../../api/generated/deployment.ts';
import type { Action, Effect } from '../../../core/action.ts';
import { bounded, timestamp } from '../../../core/conditions.ts';
import type { Laws } from '../../../core/laws.ts';
import { redactText } from '../../../core/redact-text.ts';
import { denialMessage } from '../../../core/report.ts';
import type { Trail } from '../../../core/trail.ts';
import type { DeploymentObserved } from '../observed.ts';
import type { Happening } from '../report/happening.ts';
import { noticeId } from './notice-id.ts';
import { reminded } from './reminder.ts';
import { settled } from './settled.ts';
import { isConfigured, type Target, targetsOf } from './targets-of.ts';

const KEPT = 16;
const MESSAGE = 512;

type Notified = Extract<Effect, { readonly action: { readonly type: 'notify' } }>;

/**
 * What sinks have been told and are to be told: what status stores, with what became of the letters of this pass and with
 * what happened in it. Absent where nobody was ever to be told of anything.
 */
export function ledger(
  observed: DeploymentObserved,
  happened: readonly Happening[],
  trail: Trail,
  laws: Laws,
): Pick<DeploymentStatus, 'notifications'> {
  const stored = observed.object.status?.notifications ?? [];
  const targets = targetsOf(observed, laws);
  if (stored.length === 0 && targets.length === 0) return {};
  const known = stored.map((notice) =>
    compact({ ...notice, to: notice.to.map((to) => after(observed, notice, to, trail, laws)) }),
  );
  const news = [...happened, ...reminded(observed, trail, known, laws)];
  const fresh = news.flatMap((one) => noticesOf(observed, one, targets, laws));
  const added = fresh.filter(({ id }, index) => ![...known, ...fresh.slice(0, index)].some((other) => other.id === id));
  const notifications = within([...known, ...added]);
  return notifications.length === 0 ? {} : { notifications };
}

/** What became of one letter in this pass. */
function after(
  observed: DeploymentObserved,
  { id }: NoticeStatus,
  to: NoticeTo,
  { aside }: Trail,
  laws: Laws,
): NoticeTo {
  if (to.state !== 'Pending') return to;
  if (!isConfigured(to.sink, observed, laws)) return unknown(to.sink, observed);
  const isOf = (action: Action) => action.type === 'notify' && action.notice.id === id && action.sink === to.sink;
  if (aside === undefined || !aside.decision.actions.some(isOf)) return to;
  if (!aside.verdict.allowed) {
    // A policy that failed may answer the next time; one that said no would say it again.
    const state = aside.verdict.outcome === 'error' ? 'failed' : 'refused';
    return settled(id, to, { state, message: denialMessage(aside.step, aside.verdict) }, laws.now);
  }
  const effect = aside.effects.find((one): one is Notified => isOf(one.action));
  if (effect === undefined || effect.outcome.state === 'sending') return to;
  return settled(id, to, effect.outcome, laws.now);
}

function noticesOf(
  observed: DeploymentObserved,
  { message, notice }: Happening,
  targets: readonly Target[],
  laws: Laws,
): readonly NoticeStatus[] {
  if (notice === undefined) return [];
  const { type, stage, delivery, revision, reminder, ...more } = notice;
  const to = targets
    .filter(({ events }) => events.includes(type))
    .map(
      ({ sink }): NoticeTo =>
        isConfigured(sink, observed, laws) ? { sink, state: 'Pending' } : unknown(sink, observed),
    );
  if (to.length === 0) return [];
  const again = reminder === true ? { reminder } : {};
  const id = noticeId({ delivery, step: stage, type, ...again });
  const text = bounded(redactText(message), MESSAGE);
  return [
    compact({
      id,
      type,
      step: stage,
      at: timestamp(laws.now),
      delivery,
      revision,
      message: text,
      ...more,
      ...again,
      to,
    }),
  ];
}

function unknown(sink: string, { tenantName }: DeploymentObserved): NoticeTo {
  const whose = tenantName === undefined ? '' : ` for Tenant ${tenantName}`;
  const message = `spec.notify: no sink ${sink} is configured${whose}; the platform's settings name them in notifications.sinks`;
  return { sink, state: 'GivenUp', message };
}

const isSettled = ({ to }: NoticeStatus) => to.every(({ state }) => state !== 'Pending');

/** What nobody has to be told any more needs no words. */
function compact(notice: NoticeStatus): NoticeStatus {
  if (!isSettled(notice)) return notice;
  const { id, type, step, at, reminder, to } = notice;
  return { id, type, step, at, ...(reminder === true ? { reminder } : {}), to };
}

/** The oldest that are settled go first, then the oldest. */
function within(notices: readonly NoticeStatus[]): readonly NoticeStatus[] {
  if (notices.length <= KEPT) return notices;
  const settledFirst = notices.findIndex(isSettled);
  return within(notices.filter((_one, index) => index !== Math.max(settledFirst, 0)));
}
