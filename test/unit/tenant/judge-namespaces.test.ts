import { assert } from 'chai';
import type { TenantNamespaces } from '../../../operator/api/generated/tenant.ts';
import { serviceAccount } from '../../../operator/controllers/tenant/build/service-account.ts';
import { judgeNamespaces } from '../../../operator/controllers/tenant/namespaces/judge-namespaces.ts';
import type { Namespace } from '../../../operator/controllers/tenant/observed.ts';
import { acme, namespaceNamed, observed } from './world.ts';

/** `name: origin kind` or `name: reason`. */
function judged(spec: TenantNamespaces, live: readonly Namespace[], suspend = false, open: readonly string[] = []) {
  const tenant = acme({ namespaces: spec, suspend });
  const doors = open.map((name) => serviceAccount(tenant, name));
  return judgeNamespaces(observed(tenant, live, doors)).map(({ name, origin, judgement }) =>
    judgement.kind === 'refused' ? `${name}: ${judgement.reason}` : `${name}: ${origin} ${judgement.kind}`,
  );
}

describe('whose a namespace is', () => {
  const made = { annotations: { 'code-engine.dev/origin': 'created' } };
  const cases: readonly (readonly [string, TenantNamespaces, readonly Namespace[], readonly string[]])[] = [
    ['one to create that is not there is wanted', { create: ['acme-a'] }, [], ['acme-a: created wanted']],
    [
      'one that the tenant made is a member, and stays one when the spec no longer asks for it',
      { prefix: 'acme-' },
      [namespaceNamed('acme-a', 'acme', made)],
      ['acme-a: created member'],
    ],
    [
      'one that was there before and is only listed lacks the consent of its side',
      { create: ['acme-a'], adopt: { names: ['legacy'] } },
      [namespaceNamed('acme-a', undefined), namespaceNamed('legacy', undefined)],
      ['acme-a: NoConsent', 'legacy: NoConsent'],
    ],
    [
      'one that both sides agree on is adopted, whatever its prefix',
      { prefix: 'acme-', adopt: { names: ['legacy'] } },
      [namespaceNamed('legacy', 'acme')],
      ['legacy: adopted member'],
    ],
    [
      'one that the selector matches is adopted',
      { prefix: 'acme-', adopt: { selector: { matchLabels: { team: 'acme' } } } },
      [
        namespaceNamed('old', 'acme', { labels: { 'code-engine.dev/tenant': 'acme', team: 'acme' } }),
        namespaceNamed('odd', 'acme', { labels: { 'code-engine.dev/tenant': 'acme', team: 'rival' } }),
      ],
      ['odd: PrefixMismatch', 'old: adopted member'],
    ],
    [
      'one that somebody labelled is claimed if it has the prefix',
      { prefix: 'acme-' },
      [namespaceNamed('acme-x', 'acme'), namespaceNamed('shop', 'acme')],
      ['acme-x: claimed member', 'shop: PrefixMismatch'],
    ],
    [
      'the prefix does not bind where it is not forced',
      { prefix: 'acme-', forcePrefix: false },
      [namespaceNamed('shop', 'acme')],
      ['shop: claimed member'],
    ],
    [
      'one of another tenant stays there',
      { create: ['acme-a'], adopt: { names: ['legacy'] } },
      [namespaceNamed('acme-a', 'rival'), namespaceNamed('legacy', 'rival')],
      ['acme-a: OwnedByOther', 'legacy: OwnedByOther'],
    ],
    [
      'reserved names belong to nobody, whatever label they carry',
      {},
      ['default', 'kube-system', 'code-system', 'code-audit'].map((name) => namespaceNamed(name, 'acme')),
      ['code-audit', 'code-system', 'default', 'kube-system'].map((name) => `${name}: ReservedName`),
    ],
    ['one to adopt that is not there is absent', { adopt: { names: ['legacy'] } }, [], ['legacy: adopted absent']],
    [
      'one on its way out is neither',
      {},
      [namespaceNamed('acme-a', 'acme', { deletionTimestamp: '2026-01-01T00:00:00Z' })],
      ['acme-a: claimed terminating'],
    ],
  ];
  for (const [title, spec, live, expected] of cases) {
    it(title, () => {
      assert.deepEqual(judged(spec, live), expected);
    });
  }

  it('prefers, within the limit, who is in, then the older, then what is to be made', () => {
    const live = [
      namespaceNamed('acme-old', 'acme', { creationTimestamp: '2026-01-01T00:00:00Z' }),
      namespaceNamed('acme-older', 'acme', { creationTimestamp: '2025-01-01T00:00:00Z' }),
      namespaceNamed('acme-in', 'acme', { creationTimestamp: '2026-02-01T00:00:00Z' }),
    ];
    const spec = { max: 2, create: ['acme-new'] };
    assert.deepEqual(judged(spec, live, false, ['acme-in']), [
      'acme-in: claimed member',
      'acme-new: NamespaceLimit',
      'acme-old: NamespaceLimit',
      'acme-older: claimed member',
    ]);
  });

  it('lets nobody new in while the tenant is suspended, and puts nobody out', () => {
    const live = [namespaceNamed('acme-in', 'acme'), namespaceNamed('acme-late', 'acme')];
    assert.deepEqual(judged({ create: ['acme-new'] }, live, true, ['acme-in']), [
      'acme-in: claimed member',
      'acme-late: Suspended',
      'acme-new: Suspended',
    ]);
  });
});
