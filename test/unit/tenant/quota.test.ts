import { assert } from 'chai';
import fc from 'fast-check';
import { quotasOf } from '../../../operator/controllers/tenant/guardrails.ts';
import type { ObservedTenant } from '../../../operator/controllers/tenant/observed.ts';
import { amountOf, most, quantityOf } from '../../../operator/controllers/tenant/quota/amount.ts';
import { ledgerOf } from '../../../operator/controllers/tenant/quota/move-quota.ts';
import { type Sharer, shareQuota } from '../../../operator/controllers/tenant/quota/share-quota.ts';
import { acme, enforced, namespaceNamed, observed, pass } from './world.ts';

const keys = ['requests.cpu', 'requests.memory', 'pods', 'count/deployments.code-engine.dev'];
const quantity = fc
  .tuple(fc.nat(10_000), fc.constantFrom('', 'm', 'k', 'Ki', 'Mi', 'Gi'))
  .map(([amount, suffix]) => `${amount}${suffix}`);
const amounts = fc.dictionary(fc.constantFrom(...keys), quantity, { minKeys: 1 });

describe('the shares of a quota', () => {
  const cases: readonly (readonly [string, string, string, readonly Sharer[], readonly string[]])[] = [
    ['CPU is divided in thousandths', 'requests.cpu', '10', sharers(3), ['3334m', '3333m', '3333m']],
    ['memory in whole Mi', 'requests.memory', '64Gi', sharers(3), ['21846Mi', '21845Mi', '21845Mi']],
    ['memory that is no whole Mi, in bytes', 'requests.memory', '1000', sharers(3), ['334', '333', '333']],
    ['pods one by one', 'pods', '200', sharers(3), ['67', '67', '66']],
    ['the first get what there is when there is less than one each', 'pods', '2', sharers(3), ['1', '1', '0']],
    [
      'a namespace with a max gets exactly that, and the others share the rest',
      'pods',
      '200',
      [{ name: 'a' }, { name: 'b', max: { pods: '150' } }, { name: 'c' }],
      ['25', '150', '25'],
    ],
    [
      'as long as it lasts',
      'pods',
      '100',
      [{ name: 'a' }, { name: 'b', max: { pods: '70' } }, { name: 'c', max: { pods: 70 } }],
      ['0', '70', '30'],
    ],
  ];
  for (const [title, key, limit, among, expected] of cases) {
    it(`are exact: ${title}`, () => {
      const shares = shareQuota(ledgerOf({ [key]: limit }), among);
      assert.deepEqual(
        among.map(({ name }) => quantityOf(shares.get(name)?.[key] ?? -1n)),
        expected,
      );
    });
  }

  it('never sum to more than the limit, and to all of it in whole units where nobody has a max', () => {
    const sharer = fc.record({ max: fc.option(amounts, { nil: undefined }) });
    fc.assert(
      fc.property(amounts, fc.array(sharer, { minLength: 1, maxLength: 12 }), (hard, given) => {
        const among = given.map(({ max }, index) => ({ name: `n${index}`, ...(max === undefined ? {} : { max }) }));
        const limit = ledgerOf(hard);
        const shares = shareQuota(limit, among);
        for (const [key, whole] of Object.entries(limit)) {
          const total = among.reduce((sum, { name }) => sum + (shares.get(name)?.[key] ?? 0n), 0n);
          assert.isTrue(total <= whole, `${key}: ${total} of ${whole}`);
          const free = among.every(({ max }) => max?.[key] === undefined);
          if (free) assert.isTrue(whole - total < 1_000_000_000n, `${key}: ${whole - total} is given to nobody`);
          for (const { name } of among) {
            const share = shares.get(name)?.[key] ?? 0n;
            assert.equal(amountOf(quantityOf(share)), share, 'what is written is what was meant');
          }
        }
      }),
    );
  });
});

describe('a quota that moves', () => {
  it('never holds more than the limit at any moment, whatever comes, goes, changes or is enforced late', () => {
    const step = fc.record({
      present: fc.subarray(['acme-a', 'acme-b', 'acme-c', 'acme-d'], { minLength: 1 }),
      capped: fc.option(fc.constantFrom('acme-a', 'acme-b'), { nil: undefined }),
      late: fc.subarray(['acme-a', 'acme-b', 'acme-c', 'acme-d']),
    });
    const hard = { 'requests.cpu': '10', 'requests.memory': '64Gi', pods: '7' };
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        let world = observed(acme({ quota: { hard } }));
        for (const { present, capped, late } of steps) {
          const perNamespace =
            capped === undefined ? [] : [{ name: capped, max: { pods: '4', 'requests.cpu': '6500m' } }];
          // A namespace that is gone takes its quota with it; one that comes has none.
          const guardrails = new Map(
            [...world.guardrails].filter(([key]) => present.includes(key.split('/')[1] ?? '')),
          );
          world = {
            ...world,
            object: acme({ quota: { hard, perNamespace } }),
            namespaces: present.map((name) => namespaceNamed(name, 'acme')),
            guardrails,
          };
          for (let round = 0; round < 2; round += 1) {
            world = pass(world, (known) => withinLimit(known, hard)).known;
            world = enforced(world, ({ metadata }) => !late.includes(metadata.namespace ?? ''));
            withinLimit(world, hard);
          }
        }
        for (let round = 0; round < 4; round += 1)
          world = enforced(pass(world, (known) => withinLimit(known, hard)).known);
        assert.equal(pass(world).decision.kind, 'done');
      }),
      { numRuns: 60 },
    );
  });

  it('is written smaller before it is written larger', () => {
    const hard = { pods: '10' };
    const one = enforced(pass(observed(acme({ quota: { hard } }), [namespaceNamed('acme-a', 'acme')])).known);
    const two = { ...one, namespaces: [...one.namespaces, namespaceNamed('acme-b', 'acme')] };
    const shrunk = pass(two);
    assert.deepEqual(hards(shrunk.known), { 'acme-a': { pods: '5' }, 'acme-b': { pods: '0' } });
    assert.equal(shrunk.decision.reason, 'QuotaSettling');
    assert.deepEqual(hards(pass(enforced(shrunk.known)).known), { 'acme-a': { pods: '5' }, 'acme-b': { pods: '5' } });
  });
});

function hards(known: ObservedTenant) {
  return Object.fromEntries([...quotasOf(known)].map(([name, { spec }]) => [name, spec?.hard]));
}

function withinLimit(known: ObservedTenant, hard: Readonly<Record<string, string>>): void {
  for (const [key, limit] of Object.entries(hard)) {
    const total = [...quotasOf(known).values()].reduce((sum, { spec, status }) => {
      return sum + most(amountOf(spec?.hard?.[key]), amountOf(status?.hard?.[key]));
    }, 0n);
    assert.isTrue(total <= amountOf(limit), `${key}: ${quantityOf(total)} of ${limit}`);
  }
}

function sharers(count: number): readonly Sharer[] {
  return Array.from({ length: count }, (_, index) => ({ name: `n${index}` }));
}
