import type { Tenant } from '../../../api/generated/tenant.ts';
import { annotations, labels } from '../../../api/names.ts';
import type { LawSettings } from '../../../core/laws.ts';
import type { Namespace } from '../observed.ts';

const MODES = ['enforce', 'audit', 'warn'] as const;

/** A namespace of the Tenant as it is labelled: whose it is, and which pods it admits, by a pinned version of the standards. */
export function namespace(
  tenant: Tenant,
  name: string,
  facts: { readonly created: boolean; readonly uid?: string; readonly members: readonly string[] },
  { podSecurityVersion }: Pick<LawSettings, 'podSecurityVersion'>,
): Namespace {
  const level = tenant.spec.podSecurity ?? 'restricted';
  const podSecurity = MODES.flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, level],
    [`pod-security.kubernetes.io/${mode}-version`, podSecurityVersion],
  ]);
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      // A precondition: an apply must not bring back, or take, a namespace that came after the one that was read.
      ...(facts.uid === undefined ? {} : { uid: facts.uid }),
      labels: { [labels.tenant]: tenant.metadata.name, ...Object.fromEntries(podSecurity) },
      annotations: {
        [annotations.tenantNamespaces]: facts.members.join(','),
        [annotations.network]: tenant.spec.network?.isolation ?? 'Strict',
        ...(facts.created ? { [annotations.origin]: 'created' } : {}),
      },
    },
  };
}
