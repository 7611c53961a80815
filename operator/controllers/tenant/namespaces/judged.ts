import type { Namespace } from '../observed.ts';

/** How a namespace came to the Tenant: made by it, labelled by somebody with the verb claim, or taken over as its spec says. */
export type Origin = 'created' | 'claimed' | 'adopted';

export type RefusalReason =
  | 'PrefixMismatch'
  | 'NamespaceLimit'
  | 'ReservedName'
  | 'OwnedByOther'
  | 'NoConsent'
  | 'Suspended';

export type Judgement =
  /** Behind the Tenant's walls, or about to be. */
  | { readonly kind: 'member' }
  /** To be made. */
  | { readonly kind: 'wanted' }
  /** To be adopted, and not there. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'terminating' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly message: string };

/** One namespace that is the Tenant's or asks to be, and what is said of it. */
export interface Judged {
  readonly name: string;
  readonly origin: Origin;
  /** The spec names it: its refusal is a failure of the Tenant, not only of whoever labelled it. */
  readonly asked: boolean;
  readonly live?: Namespace;
  readonly judgement: Judgement;
}

export function membersOf(judged: readonly Judged[]): readonly string[] {
  return judged.filter(({ judgement }) => judgement.kind === 'member').map(({ name }) => name);
}
