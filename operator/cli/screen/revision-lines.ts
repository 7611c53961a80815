import type { Milliseconds } from '../../core/decision.ts';
import type { DeliveryView } from '../view/delivery-view.ts';
import type { PodView } from '../view/pod-view.ts';
import type { RevisionView } from '../view/revision-view.ts';
import { columns, type Line, type Span, type Tone, tone } from './line.ts';
import { lasted } from './time.ts';

const MARKS: Readonly<Record<PodView['health'], string>> = { good: '●', busy: '○', bad: '✗' };
/** Pods with a line of their own, a revision: a screen has an end. */
const PODS_SHOWN = 12;
/** Revisions without pods that are listed: the ones to go back to. */
const EMPTY_SHOWN = 4;

/** One line a revision with its pods as marks and counted by state; below it a line a pod where wanted. */
export function revisionLines(view: DeliveryView, now: Milliseconds, pods: boolean): readonly Line[] {
  const { revisions, podsUnknown } = view;
  const important = revisions.filter(({ roles, pods = [] }) => pods.length > 0 || isAtWork(roles));
  const rest = revisions.filter((one) => !important.includes(one)).slice(0, EMPTY_SHOWN);
  const shown = [...important, ...rest];
  const heads = columns(shown.map(headOf));
  const lines = shown.flatMap((revision, index) => [
    heads[index] ?? [],
    ...(pods ? podLines(revision.pods ?? [], now) : []),
  ]);
  return podsUnknown === undefined ? lines : [...lines, ['  ', tone('busy', `pods cannot be shown: ${podsUnknown}`)]];
}

const isAtWork = (roles: RevisionView['roles']): boolean => roles.includes('desired') || roles.includes('serving');

function headOf({ hash, roles, cause, pods }: RevisionView): readonly Span[] {
  const role = cause === undefined ? roles.join(', ') : `${roles.join(', ')} (${cause})`;
  const mood: Tone = roles.includes('rejected') ? 'bad' : roles.includes('serving') ? 'good' : 'faint';
  return [tone('strong', hash), tone(mood, role), ...(pods === undefined ? [] : [counted(pods)])];
}

/** `3 pods: 2 Ready, 1 Running`. */
function counted(pods: readonly PodView[]): Span {
  if (pods.length === 0) return tone('faint', 'no pods');
  const states = new Map<string, number>();
  for (const { state } of pods) states.set(state, (states.get(state) ?? 0) + 1);
  const parts = [...states].map(([state, count]) => `${count} ${state}`).join(', ');
  const mood: Tone = pods.some(({ health }) => health === 'bad')
    ? 'bad'
    : pods.every(({ health }) => health === 'good')
      ? 'good'
      : 'busy';
  return tone(mood, `${pods.length} pod${pods.length === 1 ? '' : 's'}: ${parts}`);
}

function podLines(pods: readonly PodView[], now: Milliseconds): readonly Line[] {
  const rows = pods
    .slice(0, PODS_SHOWN)
    .map(({ name, state, health, restarts, createdAt, message = '' }): Span[] => [
      tone(health, MARKS[health]),
      name,
      tone(health, state),
      restarts === 0 ? '' : `${restarts} restart${restarts === 1 ? '' : 's'}`,
      tone('faint', lasted(createdAt, undefined, now)),
      tone('faint', message),
    ]);
  const more = pods.length - PODS_SHOWN;
  return [...columns(rows, '    '), ...(more > 0 ? [['    ', tone('faint', `and ${more} more`)]] : [])];
}
