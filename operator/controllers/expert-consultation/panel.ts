import type { Expert, ExpertConsultationSpec } from '../../api/generated/expert-consultation.ts';
import type { Tenant } from '../../api/generated/tenant.ts';

/** Who is asked, and how many valid answers are enough. */
export interface Panel {
  readonly experts: readonly Expert[];
  readonly quorum: number;
  /** Who may update the delivery may not answer. */
  readonly separation: boolean;
}

export type PanelChoice =
  | { readonly ok: true; readonly panel: Panel }
  | { readonly ok: false; readonly reason: 'PanelUnknown' | 'ExpertNotAllowed'; readonly message: string };

/** No key is needed for it (D9): four rule-based reviewers, of whom two can stop a release. */
const DEFAULT_PANEL: Panel = {
  separation: false,
  experts: [
    { name: 'security', provider: 'builtin/security', veto: true },
    { name: 'reliability', provider: 'builtin/reliability', veto: true },
    { name: 'cost', provider: 'builtin/cost' },
    { name: 'performance', provider: 'builtin/performance' },
  ],
  quorum: 3,
};

/** The panel that a spec names, from the Tenant's panels or the built-in one, or the experts it writes out. */
export function choosePanel(spec: ExpertConsultationSpec, tenant: Tenant | undefined): PanelChoice {
  const named = spec.panel ?? 'default';
  const tenantPanel = tenant?.spec.experts?.panels?.find(({ name }) => name === named);
  const members = spec.experts ?? tenantPanel?.experts ?? (named === 'default' ? DEFAULT_PANEL.experts : undefined);
  if (members === undefined) {
    const known = ['default', ...(tenant?.spec.experts?.panels ?? []).map(({ name }) => name)];
    const message = `spec.panel names ${named}, which neither the operator nor the Tenant knows; use one of ${known.join(', ')}`;
    return { ok: false, reason: 'PanelUnknown', message };
  }
  const refused = members.find(({ provider }) => !isAllowed(provider, tenant));
  if (refused !== undefined) {
    const message = `expert ${refused.name} (${refused.provider}) is not among spec.experts.allow of Tenant ${tenant?.metadata.name ?? ''}; ask its owner, or leave the expert out`;
    return { ok: false, reason: 'ExpertNotAllowed', message };
  }
  const ownQuorum =
    spec.experts === undefined && tenantPanel === undefined ? DEFAULT_PANEL.quorum : tenantPanel?.quorum;
  const quorum = spec.quorum ?? ownQuorum ?? Math.ceil(members.length / 2);
  const separation = spec.experts === undefined && tenantPanel?.separation === true;
  return { ok: true, panel: { experts: members, quorum, separation } };
}

/** Built-in reviewers and people read inside the cluster and are always allowed; others need the Tenant's list, where there is a Tenant. */
function isAllowed(provider: string, tenant: Tenant | undefined): boolean {
  if (provider.startsWith('builtin/') || provider === 'human' || tenant === undefined) return true;
  return (tenant.spec.experts?.allow ?? []).some((pattern) =>
    pattern.endsWith('*') ? provider.startsWith(pattern.slice(0, -1)) : provider === pattern,
  );
}
