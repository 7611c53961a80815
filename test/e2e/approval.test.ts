import { assert } from 'chai';
import type { HumanAnswer } from '../../operator/api/generated/expert-consultation.ts';
import type { Cluster } from '../cluster/cluster.ts';
import {
  answerAs,
  ask,
  goLive,
  inPhase,
  readConsultation,
  refused,
  succeeded,
  toldOfConsultation,
} from '../support/consultations.ts';
import { apply, ended, type Name, succeed } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { tenantNamespace } from '../support/delivery/tenancy.ts';
import { assertGolden } from '../support/golden.ts';
import { kubectl } from '../support/kubectl.ts';
import { operator } from '../support/operator.ts';
import { personWith } from '../support/person-with.ts';
import { testNamespace } from '../support/plane.ts';

describe('an approval on a real control plane (B13)', function () {
  this.timeout(90_000);
  let cluster: Cluster;
  let namespace: string;
  let names = 0;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    ({ cluster } = await operator());
    namespace = await testNamespace('approval');
  });

  it('waits for a person beside the reviewers, and agrees once they have answered', async () => {
    const name = { namespace, name: 'shop-approve' };
    await apply(cluster, shop({ namespace }));
    const delivered = await ended(cluster, { namespace, name: 'shop' }, 'Promoted');
    const { hash: planHash = '', name: planName = '' } = delivered.status?.plan ?? {};
    const experts = [
      { name: 'security', provider: 'builtin/security', veto: true },
      { name: 'reliability', provider: 'builtin/reliability' },
      { name: 'release-manager', provider: 'human', required: true },
    ];
    const subject = { kind: 'Deployment', name: 'shop', planHash, planName, step: 'approve-1' } as const;
    await ask(cluster, goLive(name, { experts, subject }));

    const waiting = await inPhase(cluster, name, 'AwaitingHuman');
    assertGolden('awaiting-approval', await toldOfConsultation(cluster, name));

    const alice = await approver('alice');
    const entry = { expert: 'release-manager', by: alice, answer: 'approve', rationale: 'seen in staging', planHash };
    succeeded(await answerAs(alice, cluster, name, entry));
    const agreed = await inPhase(cluster, name, 'Agreed');
    assertGolden('approved', (await toldOfConsultation(cluster, name)).replaceAll(alice, '<alice>'));

    assert.equal(agreed.status?.questionDigest, waiting.status?.questionDigest);
    assert.deepEqual(agreed.status?.answers?.slice(0, 2), waiting.status?.answers?.slice(0, 2));
    const events = await succeed(cluster, ['get', 'events', '-n', namespace, '-o', 'jsonpath={.items[*].reason}']);
    assert.includeMembers(events.split(' '), ['WaitingForApproval', 'Agreed']);
  });

  it('is given to the sample by the patch of the README', async () => {
    const name = { namespace: await testNamespace('go-live'), name: 'shop-go-live' };
    await ask(cluster, goLive(name));
    await inPhase(cluster, name, 'AwaitingHuman');
    const alice = await approver('alice');
    const answers = [{ expert: 'release-manager', by: alice, answer: 'approve' }];
    await succeed(cluster, [
      ...['patch', 'consult', name.name, '-n', name.namespace, '--type=merge'],
      ...['-p', JSON.stringify({ spec: { answers } }), `--as=${alice}`],
    ]);
    const { status } = await inPhase(cluster, name, 'Agreed');
    assert.equal(status?.consensus?.recommendation, 'approve');
  });

  describe('is refused', () => {
    const name = (): Name => ({ namespace, name: `asked-${++names}` });
    const entry = (by: string, fields: Partial<HumanAnswer> = {}): HumanAnswer => ({
      expert: 'release-manager',
      by,
      answer: 'approve',
      ...fields,
    });

    async function asked(): Promise<Name> {
      const one = name();
      await ask(cluster, goLive(one));
      await inPhase(cluster, one, 'AwaitingHuman');
      return one;
    }

    it('to who lacks the verb answer', async () => {
      const [one, eve] = [await asked(), await person('eve', 'code:operator')];
      refused(await answerAs(eve, cluster, one, entry(eve)), 'adding to spec.answers needs the RBAC verb answer');
    });

    it('in the name of somebody else', async () => {
      const [one, alice] = [await asked(), await approver('alice')];
      refused(await answerAs(alice, cluster, one, entry('bob')), 'by must be the user who answers');
    });

    it('for an expert or an option that the question does not have', async () => {
      const [one, alice] = [await asked(), await approver('alice')];
      const elsewhere = entry(alice, { expert: 'security' });
      refused(await answerAs(alice, cluster, one, elsewhere), 'expert is no human expert of this panel');
      const unknown = entry(alice, { answer: 'ship-it' });
      refused(await answerAs(alice, cluster, one, unknown), 'answer is none of spec.answer.options');
    });

    it('to another plan than the one that is shown', async () => {
      const one = name();
      const subject = { kind: 'Deployment', name: 'shop', planHash: 'p2', step: 'approve-1' } as const;
      await ask(cluster, goLive(one, { subject }));
      await inPhase(cluster, one, 'AwaitingHuman');
      const alice = await approver('alice');
      refused(await answerAs(alice, cluster, one, entry(alice, { planHash: 'p1' })), 'planHash is not status.planHash');
      succeeded(await answerAs(alice, cluster, one, entry(alice, { planHash: 'p2' })));
      await inPhase(cluster, one, 'Agreed');
    });

    it('once it was given: it neither changes nor goes, nor comes after the verdict', async () => {
      const [one, alice, bob] = [await asked(), await approver('alice'), await approver('bob')];
      succeeded(await answerAs(alice, cluster, one, entry(alice)));
      await inPhase(cluster, one, 'Agreed');
      const changed = await answerAs(alice, cluster, one, entry(alice, { answer: 'reject' }));
      refused(changed, 'an entry of spec.answers changed or is gone');
      const gone = await kubectl(cluster, [
        ...['patch', 'consult', one.name, '-n', namespace, '--type=merge', `--as=${alice}`],
        ...['-p', JSON.stringify({ spec: { answers: [] } })],
      ]);
      refused(gone, 'an entry of spec.answers changed or is gone');
      refused(await answerAs(bob, cluster, one, entry(bob)), 'the panel has come to its verdict');
    });
  });

  it('is one answer an expert and one expert a person, so that two experts are two people', async () => {
    const name = { namespace, name: 'two-people' };
    const experts = ['release-manager', 'sre'].map((one) => ({ name: one, provider: 'human', required: true }));
    await ask(cluster, goLive(name, { experts }));
    await inPhase(cluster, name, 'AwaitingHuman');
    const [alice, bob] = [await approver('alice'), await approver('bob')];
    const says = (by: string, ...as: readonly string[]) =>
      answerAs(by, cluster, name, ...as.map((expert) => ({ expert, by, answer: 'approve' })));
    succeeded(await says(alice, 'release-manager'));
    const { status: half } = await inPhase(cluster, name, 'AwaitingHuman');
    assert.equal(half?.answered, '1/2');
    refused(await says(bob, 'release-manager'), 'somebody answered as that expert before');
    refused(await says(alice, 'release-manager', 'sre'), 'you answered before');
    succeeded(await says(bob, 'sre'));
    const { status } = await inPhase(cluster, name, 'Agreed');
    assert.deepEqual(
      status?.answers?.map(({ expert, by, state }) => [expert, by, state]),
      [
        ['release-manager', alice, 'Answered'],
        ['sre', bob, 'Answered'],
      ],
    );
  });

  it('survives that Git applies the manifest again, which has no answers', async () => {
    const name = { namespace, name: 'from-git' };
    await ask(cluster, goLive(name));
    await inPhase(cluster, name, 'AwaitingHuman');
    const alice = await approver('alice');
    succeeded(await answerAs(alice, cluster, name, { expert: 'release-manager', by: alice, answer: 'reject' }));
    const { status } = await inPhase(cluster, name, 'Agreed');
    assert.equal(status?.consensus?.recommendation, 'reject');
    await ask(cluster, goLive(name));
    const after = await readConsultation(cluster, name);
    assert.deepEqual(
      after.spec.answers?.map(({ by }) => by),
      [alice],
    );
  });

  describe('of a panel that wants four eyes', () => {
    const subject = { kind: 'Deployment', name: 'shop', planHash: 'p1', step: 'approve-1' } as const;

    async function asked(separation: boolean): Promise<Name> {
      const experts = [{ name: 'release-manager', provider: 'human', required: true }];
      const panels = [{ name: 'release-managers', separation, experts }];
      const tenanted = await tenantNamespace(cluster, 'eyes', { experts: { allow: ['builtin/*'], panels } });
      const name = { namespace: tenanted, name: 'shop-approve' };
      const { experts: _inline, ...spec } = goLive(name, { panel: 'release-managers', subject }).spec;
      await ask(cluster, { ...goLive(name), spec });
      await inPhase(cluster, name, 'AwaitingHuman');
      return name;
    }

    const says = (by: string, name: Name) =>
      answerAs(by, cluster, name, { expert: 'release-manager', by, answer: 'approve', planHash: 'p1' });

    it('is refused to who may update the delivery, and taken of who may not', async () => {
      const name = await asked(true);
      const author = await person('author', 'code:approver', 'code:operator');
      const message = `code-separation: ${author} may update Deployment shop`;
      refused(await says(author, name), message, 'code-separation');
      succeeded(await says(await approver('alice'), name));
      await inPhase(cluster, name, 'Agreed');
    });

    it('is taken of anybody with the verb where the panel does not ask for it', async () => {
      const name = await asked(false);
      succeeded(await says(await person('author', 'code:approver', 'code:operator'), name));
      await inPhase(cluster, name, 'Agreed');
    });
  });

  const person = (name: string, ...roles: readonly string[]) => personWith(cluster, name, ...roles);
  const approver = (name: string) => person(name, 'code:approver');
});
