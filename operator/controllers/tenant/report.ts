import type { TenantNamespaceStatus, TenantStatus, TenantSummary } from '../../api/generated/tenant.ts';
import { bounded } from '../../core/conditions.ts';
import type { Laws } from '../../core/laws.ts';
import { standingOf } from '../../core/report.ts';
import { timeline } from '../../core/timeline.ts';
import type { Trail } from '../../core/trail.ts';
import { type Guarded, guardrailsOf, quotasOf } from './guardrails.ts';
import { judgeNamespaces } from './namespaces/judge-namespaces.ts';
import type { Judged } from './namespaces/judged.ts';
import type { Amounts, ObservedTenant } from './observed.ts';
import { quantityOf } from './quota/amount.ts';
import { ledgerOf } from './quota/move-quota.ts';

type Fields = Omit<TenantStatus, 'conditions' | 'observedGeneration' | 'gate'>;
type Quota = NonNullable<TenantStatus['quota']>;

const MESSAGE_KEPT = 512;

/** The room's fields of status: which namespaces stand behind the walls, which do not and why, and what is used. */
export function report(observed: ObservedTenant, trail: Trail, laws: Laws): Fields {
  const judged = judgeNamespaces(observed);
  const guarded = new Map(guardrailsOf(observed, judged).map((each) => [each.name, each]));
  const namespaces = judged.map((each) => namespaceStatus(each, guarded.get(each.name)));
  const quota = quotaStatus(observed);
  const summary = summaryOf(quota);
  const message = bounded(messageOf(trail, namespaces));
  const phase = phaseOf(observed, trail, namespaces);
  const { status } = observed.object;
  const story = timeline(status?.timeline ?? [], happenings(trail, message, phase !== status?.phase), laws.now);
  return {
    phase,
    message,
    namespaceCount: namespaces.filter(({ state }) => state === 'Ready').length,
    ...(namespaces.length === 0 ? {} : { namespaces }),
    ...(quota === undefined ? {} : { quota }),
    ...(summary === undefined ? {} : { summary }),
    ...(story.length === 0 ? {} : { timeline: story }),
  };
}

/** Every turn that had effects, and where it left the Tenant; at rest nothing happens. */
function happenings(trail: Trail, message: string, moved: boolean): readonly { step: string; message: string }[] {
  const turns = trail.turns.map(({ step, decision }) => ({ step, message: decision.message }));
  const last = trail.standing.at(-1);
  return last === undefined || (turns.length === 0 && !moved) ? turns : [...turns, { step: last.step, message }];
}

function namespaceStatus({ name, live, origin, judgement }: Judged, guarded?: Guarded): TenantNamespaceStatus {
  const uid = live?.metadata.uid;
  const told = stateOf(judgement, guarded);
  return {
    name,
    ...(uid === undefined ? {} : { uid }),
    ...(judgement.kind === 'refused' ? {} : { origin }),
    ...told,
    ...(told.message === undefined ? {} : { message: bounded(told.message, MESSAGE_KEPT) }),
  };
}

function stateOf(
  judgement: Judged['judgement'],
  guarded: Guarded | undefined,
): Pick<TenantNamespaceStatus, 'state' | 'reason' | 'message'> {
  switch (judgement.kind) {
    case 'refused':
      return { state: 'Refused', reason: judgement.reason, message: judgement.message };
    case 'terminating':
      return { state: 'Terminating' };
    case 'absent':
      return { state: 'Pending', reason: 'NamespaceMissing', message: 'it is to be adopted and does not exist' };
    case 'wanted':
      return { state: 'Pending' };
    case 'member': {
      const nothingOf = guarded?.quota?.nothingOf ?? [];
      const state = guarded?.open === true ? 'Ready' : 'Guarding';
      if (nothingOf.length === 0) return { state };
      return { state, reason: 'QuotaTooSmall', message: `its share of the quota is 0 of ${nothingOf.join(', ')}` };
    }
  }
}

/** What all namespaces together have and use; `reserved` is the sum of the limits that stand. */
function quotaStatus(observed: ObservedTenant): Quota | undefined {
  const hard = observed.object.spec.quota?.hard;
  if (hard === undefined) return undefined;
  const quotas = [...quotasOf(observed).values()];
  const total = (amounts: readonly (Amounts | undefined)[]): Record<string, string> => {
    const ledgers = amounts.map(ledgerOf);
    return Object.fromEntries(
      Object.keys(hard).map((key) => [key, quantityOf(ledgers.reduce((sum, ledger) => sum + (ledger[key] ?? 0n), 0n))]),
    );
  };
  return {
    hard: Object.fromEntries(Object.entries(hard).map(([key, quantity]) => [key, String(quantity)])),
    used: total(quotas.map(({ status }) => status?.used)),
    reserved: total(quotas.map(({ spec }) => spec?.hard)),
  };
}

function summaryOf(quota: Quota | undefined): TenantSummary | undefined {
  const column = (...keys: readonly string[]): string | undefined => {
    const key = keys.find((candidate) => quota?.hard?.[candidate] !== undefined);
    return key === undefined ? undefined : `${quota?.used?.[key] ?? '0'}/${quota?.hard?.[key]}`;
  };
  const cpu = column('requests.cpu', 'cpu', 'limits.cpu');
  const memory = column('requests.memory', 'memory', 'limits.memory');
  if (cpu === undefined && memory === undefined) return undefined;
  return { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
}

function messageOf(trail: Trail, namespaces: readonly TenantNamespaceStatus[]): string {
  const last = trail.standing.at(-1);
  const said = last === undefined ? '' : standingOf(last, trail).message;
  const refused = namespaces.filter(({ state }) => state === 'Refused');
  if (last?.decision.kind !== 'done' || refused.length === 0) return said;
  return `${said}; refused: ${refused.map(({ name, reason }) => `${name} (${reason})`).join(', ')}`;
}

function phaseOf(
  { object }: ObservedTenant,
  trail: Trail,
  namespaces: readonly TenantNamespaceStatus[],
): NonNullable<Fields['phase']> {
  if (object.metadata.deletionTimestamp !== undefined) return 'Deleting';
  const last = trail.standing.at(-1);
  if (last === undefined) return 'Pending';
  const { decision, step } = last;
  if (decision.kind === 'done') return object.spec.suspend === true ? 'Suspended' : 'Ready';
  if (standingOf(last, trail).terminal) {
    return decision.kind === 'stuck' && namespaces.some(({ state }) => state === 'Ready') ? 'Degraded' : 'Failed';
  }
  return step === 'guard' ? 'Guarding' : 'Claiming';
}
