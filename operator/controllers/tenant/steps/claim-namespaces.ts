import type { Tenant } from '../../../api/generated/tenant.ts';
import { type Action, OPERATOR } from '../../../core/action.ts';
import { covers } from '../../../core/covers.ts';
import { act, done, stuck } from '../../../core/decision.ts';
import type { Laws } from '../../../core/laws.ts';
import type { Step } from '../../../core/room.ts';
import { unsupportedFields } from '../../../core/unsupported-fields.ts';
import { withIntentHash } from '../../../core/with-intent-hash.ts';
import { firstOf } from '../actions-a-turn.ts';
import { namespace } from '../build/namespace.ts';
import { judgeNamespaces } from '../namespaces/judge-namespaces.ts';
import { type Judged, membersOf } from '../namespaces/judged.ts';
import type { ObservedTenant } from '../observed.ts';

/**
 * Makes the namespaces that the spec asks for and labels those that came by themselves. One that is refused stops no
 * other: it is told in status, and `guard` says at the end that the spec asked for it in vain.
 */
export const claimNamespaces: Step<ObservedTenant> = {
  name: 'claim-namespaces',
  condition: 'NamespacesClaimed',
  decide(observed, laws) {
    const { object } = observed;
    const unsupported = unsupportedFields('Tenant', object.spec)[0];
    if (unsupported !== undefined) return stuck('NotSupportedYet', `${unsupported.path}: ${unsupported.remedy}`);
    const judged = judgeNamespaces(observed);
    const actions = firstOf(claims(object, judged, laws));
    if (actions !== undefined) return act('Claiming', `claiming ${namesOf(actions)} for the Tenant`, ...actions);
    const members = membersOf(judged);
    if (members.length === 0) return done('NoNamespaces', 'no namespace belongs to the Tenant yet');
    return done(
      'Claimed',
      `${members.length} ${members.length === 1 ? 'namespace is' : 'namespaces are'} the Tenant's`,
    );
  },
};

function claims(tenant: Tenant, judged: readonly Judged[], { settings }: Laws): readonly Action[] {
  const own = judged.filter(({ judgement }) => judgement.kind === 'member' || judgement.kind === 'wanted');
  const members = own.map(({ name }) => name);
  return own.flatMap(({ name, origin, live }): readonly Action[] => {
    const uid = live?.metadata.uid;
    const facts = { created: origin === 'created', members, ...(uid === undefined ? {} : { uid }) };
    const intent = namespace(tenant, name, facts, settings);
    // Created, never applied: a namespace that somebody made meanwhile must not become the Tenant's by force.
    if (live === undefined) return [{ type: 'create-object', object: intent, as: OPERATOR }];
    if (covers(live, withIntentHash(intent))) return [];
    return [{ type: 'apply-object', object: intent, as: OPERATOR }];
  });
}

function namesOf(actions: readonly Action[]): string {
  return actions.flatMap((action) => ('object' in action ? [action.object.metadata.name] : [])).join(', ');
}
