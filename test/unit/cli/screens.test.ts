import { assert } from 'chai';
import type { DeploymentStatus } from '../../../operator/api/generated/deployment.ts';
import type { ExpertConsultation } from '../../../operator/api/generated/expert-consultation.ts';
import type { Tenant } from '../../../operator/api/generated/tenant.ts';
import { deliveryScreen } from '../../../operator/cli/screen/delivery-screen.ts';
import { explanationScreen } from '../../../operator/cli/screen/explanation-screen.ts';
import { type Line, textOf } from '../../../operator/cli/screen/line.ts';
import { tenantScreen, tenantsScreen } from '../../../operator/cli/screen/tenant-screen.ts';
import { deliveryView, type Pods } from '../../../operator/cli/view/delivery-view.ts';
import { explanation } from '../../../operator/cli/view/explanation.ts';
import { tenantView } from '../../../operator/cli/view/tenant-view.ts';
import { assertGolden } from '../../support/golden.ts';
import { approval, condition, crashing, denied, NOW, pod, rolledBack, rollingOut, serving, shop } from './samples.ts';

const old = ['a1', 'a2', 'a3'].map((name) => pod(`shop-aaaa-${name}`, 'aaaa'));
const options = { now: NOW, width: 100, timeline: 8, pods: true };
const text = (lines: readonly Line[]): string => lines.map(textOf).join('\n');

describe('the screen of a delivery', () => {
  const states: Readonly<Record<string, readonly [DeploymentStatus | undefined, Pods]>> = {
    new: [undefined, { known: [] }],
    serving: [serving, { known: ['b1', 'b2', 'b3'].map((name) => pod(`shop-bbbb-${name}`, 'bbbb')) }],
    'rolling-out': [rollingOut, { known: [...old, pod('shop-bbbb-b1', 'bbbb', crashing)] }],
    denied: [denied, { known: old }],
    'rolled-back': [rolledBack, { known: old }],
    'without-pods': [serving, { unknown: 'you (jane) may not list pods in namespace acme-prod' }],
  };
  for (const [name, [status, pods]] of Object.entries(states)) {
    it(`shows one that is ${name}`, () => {
      assertGolden(`cli/status-${name}`, text(deliveryScreen(deliveryView(shop(status), pods), options)));
    });
  }

  it('shows what its pods read, by name and digest', () => {
    const plan = {
      hash: 'p',
      revision: 'bbbb',
      delivery: 'd',
      config: ['ConfigMap env 0a1b2c3d4e', 'Secret keys ffff'],
    };
    const view = deliveryView(shop({ ...serving, plan }), { known: [] });
    assert.include(
      text(deliveryScreen(view, options)),
      'Config of the desired revision\n  ConfigMap  env   0a1b2c3d4e\n  Secret     keys  ffff',
    );
  });

  it('shows who is waited for', () => {
    const view = deliveryView(shop(rollingOut), { known: [] }, [approval('p2')]);
    assert.include(
      text(deliveryScreen(view, options)),
      'approval   shop-of-p2  may shop go on? waiting for a person to answer as manager',
    );
    const [reason] = explanation(view, undefined).reasons.filter(({ source }) => source === 'approval');
    assert.equal(reason?.message, 'consultation shop-of-p2 waits for a person');
  });

  it('counts pods instead of listing them where there is no room', () => {
    const view = deliveryView(shop(rollingOut), { known: old });
    assert.notInclude(text(deliveryScreen(view, { ...options, pods: false })), 'shop-aaaa-a1');
  });

  it('lets a denial rest once its step is done', () => {
    const gate = { decisionId: 'd', step: 'validate', allowed: false, bundle: 'b', reasons: ['a/b: no'] };
    const view = deliveryView(shop({ ...serving, gate }), { known: [] });
    assert.notInclude(text(deliveryScreen(view, options)), 'denied');
    assert.notInclude(text(explanationScreen(explanation(view, undefined), 100)), 'denied');
  });
});

describe('the explanation of a delivery', () => {
  const consultation: ExpertConsultation = {
    apiVersion: 'code-engine.dev/v1alpha1',
    kind: 'ExpertConsultation',
    metadata: { name: 'shop-d2-review', namespace: 'acme-prod' },
    spec: {
      title: 'shop',
      question: 'is it safe?',
      type: 'review',
      answer: { kind: 'choice', options: ['approve', 'reject'] },
    },
    status: {
      message: '3 of 4 valid answers are "reject"',
      findings: [
        {
          ...{ expert: 'security', rule: 'security/privileged', severity: 'critical', object: 'ReplicaSet/shop' },
          ...{ path: 'spec.containers[0]', message: 'runs privileged; remove it' },
        },
      ],
      answers: [
        { expert: 'security', provider: 'builtin/security', kind: 'rules', state: 'Answered', answer: 'reject' },
        { expert: 'cost', provider: 'builtin/cost', kind: 'rules', state: 'Failed', error: 'no price is known' },
      ],
    },
  };
  const reviewed: DeploymentStatus = {
    ...denied,
    review: { consultation: 'shop-d2-review', verdict: 'reject', risk: 'critical' },
    tools: [
      {
        ...{ name: 'scan', step: 'prepare', server: 'security', tool: 'scan', key: 'k', attempt: 1, epoch: 1 },
        ...{ startedAt: '2026-11-25T12:00:03Z', outcome: 'Unknown', message: 'the reply was lost' },
      },
    ],
  };

  it('tells everything that speaks against it, and who says so', () => {
    const known = [...old, pod('shop-bbbb-b1', 'bbbb', crashing), pod('shop-bbbb-b2', 'bbbb', crashing)];
    const view = deliveryView(shop(reviewed), { known });
    assertGolden('cli/explain-everything', text(explanationScreen(explanation(view, consultation), 100)));
  });

  it('says that nothing speaks against one that serves', () => {
    const told = explanation(deliveryView(shop(serving), { known: [] }), undefined);
    assert.deepEqual(told.reasons, []);
    assert.include(text(explanationScreen(told, 100)), 'nothing speaks against it');
  });
});

describe('the screens of tenants', () => {
  const tenant: Tenant = {
    apiVersion: 'code-engine.dev/v1alpha1',
    kind: 'Tenant',
    metadata: { name: 'acme', generation: 1 },
    spec: { owners: [{ kind: 'Group', name: 'acme-admins' }] },
    status: {
      ...{ phase: 'Ready', observedGeneration: 1, message: '1 namespace is behind its walls' },
      conditions: [condition('Ready', 'True', 'Guarded')],
      namespaces: [
        { name: 'acme-prod', state: 'Ready', origin: 'created' },
        { name: 'other', state: 'Refused', reason: 'PrefixMismatch', message: 'its name does not begin with acme-' },
      ],
      quota: {
        hard: { 'requests.cpu': '8', pods: '100' },
        used: { 'requests.cpu': '300m' },
        reserved: { pods: '100' },
      },
      timeline: ['12:00:00 guard: 1 namespace is behind its walls'],
    },
  };

  it('show one, and all of them', () => {
    const fresh: Tenant = { ...tenant, metadata: { name: 'new', generation: 1 }, status: {} };
    const views = [tenant, fresh].map(tenantView);
    assertGolden('cli/tenants', text([...tenantsScreen(views), [], ...tenantScreen(tenantView(tenant), 100)]));
  });

  it('say that there is none', () => {
    assert.equal(text(tenantsScreen([])), 'there is no Tenant');
  });
});
