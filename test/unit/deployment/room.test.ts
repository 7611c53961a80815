import { assert } from 'chai';
import type { Tenant } from '../../../operator/api/generated/tenant.ts';
import { labels } from '../../../operator/api/names.ts';
import type { KubeObject } from '../../../operator/api/objects.ts';
import { ownerReference } from '../../../operator/controllers/deployment/build/owner-reference.ts';
import { pod } from '../../../operator/controllers/deployment/build/pod.ts';
import { replicaSet } from '../../../operator/controllers/deployment/build/replica-set.ts';
import { planOf } from '../../../operator/controllers/deployment/delivery/frozen-plan.ts';
import { deployment as room } from '../../../operator/controllers/deployment/index.ts';
import { selectorText } from '../../../operator/controllers/deployment/report/report.ts';
import { superfluous } from '../../../operator/controllers/deployment/retention.ts';
import { release } from '../../../operator/controllers/deployment/teardown/release.ts';
import { plan } from '../../../operator/core/plan.ts';
import { aDeployment, withImage } from './builders.ts';
import { anObservation, aReplicaSet, frozen, laws, remembering } from './observed-builders.ts';
import { inWords } from './simulation.ts';

const tenant = (spec: Partial<Tenant['spec']> = {}): Tenant => ({
  apiVersion: 'code-engine.dev/v1alpha1',
  kind: 'Tenant',
  metadata: { name: 'acme' },
  spec: { owners: [], namespaces: {}, registries: { allow: ['images.acme/'] }, ...spec },
});

describe('the room of Deployment', () => {
  it('asks its steps in this order', () => {
    assert.deepEqual(
      room.steps.map(({ name, condition }) => `${name} ${condition}`),
      [
        'roll-back Restored',
        'claim-identity IdentityClaimed',
        'validate Validated',
        'review Reviewed',
        'dry-run DryRun',
        'prepare Prepared',
        'roll-out RolledOut',
        'promote Promoted',
        'analyse Analysed',
        'finish Finished',
      ],
    );
  });

  it('moves nothing while its Tenant is suspended', () => {
    const standing = plan(room.steps, anObservation({ tenantName: 'acme', tenant: tenant({ suspend: true }) }), laws());
    const decision = standing.at(-1)?.decision;
    assert.deepInclude(decision, { kind: 'wait', reason: 'Suspended' });
    assert.match(decision?.message ?? '', /Tenant acme is suspended/);
  });

  it('tells the gate whose namespace it is and what the experts said', () => {
    const facts = room.gateFacts(anObservation({ tenantName: 'acme', tenant: tenant() }), laws());
    assert.deepEqual(facts, {
      tenant: {
        name: 'acme',
        namespace: 'acme-prod',
        podSecurity: 'restricted',
        registries: ['images.acme/'],
        tools: [],
        experts: [],
      },
      consultation: { require: 'approve' },
    });
    assert.deepEqual(room.gateFacts(anObservation(), laws()), { consultation: { require: 'approve' } });
  });

  it('holds the finalizer only for what garbage collection cannot do', () => {
    const tools = { before: [{ name: 'scan', server: 'security', tool: 'scan' }] };
    const calling = anObservation({}, aDeployment({ tools }));
    const { revision } = calling.delivery.plan;
    assert.deepEqual(
      [
        anObservation(),
        anObservation({}, aDeployment({ deletionPolicy: 'Orphan' })),
        calling,
        remembering(calling, { revisions: { serving: revision } }),
      ].map((observed) => room.needsFinalizer(observed, laws())),
      [false, true, true, false],
    );
  });

  it('leaves the pods where the user asked for it', () => {
    const orphaning = anObservation({}, aDeployment({ deletionPolicy: 'Orphan' }));
    const replicaSets = [aReplicaSet(orphaning.object, orphaning.delivery.plan, 2)];
    const services = ['shop', 'gits'].map((service) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: service,
        ...(service === 'gits' ? {} : { ownerReferences: [ownerReference(orphaning.object)] }),
      },
      spec: {},
    }));
    const decision = release.decide({ ...orphaning, replicaSets, services }, laws());
    assert.equal(decision.kind, 'act');
    if (decision.kind !== 'act') return;
    assert.deepEqual(decision.actions.map(inWords), [
      'patch ReplicaSet shop-ec02f7999d {"metadata":{"ownerReferences":null}}',
      'patch Service shop {"metadata":{"ownerReferences":null}}',
    ]);
    assert.equal(release.decide(orphaning, laws()).kind, 'done');
    assert.equal(release.decide(anObservation({ replicaSets }), laws()).kind, 'done');
  });

  it('is woken by its children, by pods and by autoscalers', () => {
    const owned = {
      apiVersion: 'code-engine.dev/v1alpha1',
      kind: 'Deployment',
      name: 'shop',
      uid: 'u',
      controller: true,
    };
    const object = (kind: string, change: Partial<KubeObject['metadata']>, spec: object = {}) =>
      ({ apiVersion: 'v1', kind, metadata: { name: 'x', namespace: 'acme-prod', ...change }, spec }) as KubeObject;
    const scaleTargetRef = { apiVersion: 'code-engine.dev/v1alpha1', kind: 'Deployment', name: 'shop' };
    const foreign = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' };
    const keys = (one: KubeObject) =>
      room.triggers.filter(({ resource }) => resource === one.kind).flatMap((trigger) => trigger.keys(one, () => []));
    const key = [{ namespace: 'acme-prod', name: 'shop' }];
    assert.deepEqual(keys(object('ReplicaSet', { ownerReferences: [owned] })), key);
    assert.deepEqual(keys(object('ReplicaSet', { ownerReferences: [{ ...owned, apiVersion: 'apps/v1' }] })), []);
    assert.deepEqual(keys(object('Pod', { labels: { [labels.deployment]: 'shop' } })), key);
    assert.deepEqual(keys(object('Pod', {})), []);
    assert.deepEqual(keys(object('HorizontalPodAutoscaler', {}, { scaleTargetRef })), key);
    assert.deepEqual(keys(object('HorizontalPodAutoscaler', {}, { scaleTargetRef: foreign })), []);
  });
});

describe('a plan', () => {
  it('is the same for a spec that states the defaults', () => {
    const stated = aDeployment({
      minReadySeconds: 0,
      progressDeadlineSeconds: 600,
      strategy: { type: 'Rolling' },
      review: { require: 'approve' },
    });
    assert.equal(planOf(stated.spec).hash, planOf(aDeployment().spec).hash);
  });

  it('has nothing of replicas and suspend in it', () => {
    assert.equal(planOf(aDeployment({ replicas: 9, suspend: true }).spec).hash, planOf(aDeployment().spec).hash);
  });

  it('changes with the rules, and its revision only with the template', () => {
    const quicker = planOf(aDeployment({ progressDeadlineSeconds: 60 }).spec);
    const before = planOf(aDeployment().spec);
    assert.deepEqual([quicker.hash === before.hash, quicker.revision === before.revision], [false, true]);
    assert.notEqual(planOf(withImage('shop:2')(aDeployment()).spec).revision, before.revision);
  });
});

describe('the objects of a delivery', () => {
  const { object, delivery } = anObservation({}, aDeployment({ minReadySeconds: 5 }));

  it('are a ReplicaSet whose pods nobody else counts', () => {
    const { revision } = delivery.plan;
    const own = { app: 'shop', 'code-engine.dev/deployment': 'shop', 'code-engine.dev/revision': revision };
    assert.deepEqual(replicaSet(object, delivery.plan, 2), {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `shop-${revision}`,
        namespace: 'acme-prod',
        labels: own,
        ownerReferences: [
          {
            apiVersion: 'code-engine.dev/v1alpha1',
            kind: 'Deployment',
            name: 'shop',
            uid: 'uid-shop',
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      spec: {
        replicas: 2,
        minReadySeconds: 5,
        selector: { matchLabels: { app: 'shop', 'code-engine.dev/revision': revision } },
        template: { metadata: { labels: own }, spec: { containers: [{ name: 'web', image: 'shop:1' }] } },
      },
    });
  });

  it('are named within the limits of names and labels', () => {
    const long = { ...object, metadata: { ...object.metadata, name: 'a'.repeat(200) } };
    const set = replicaSet(long, delivery.plan, 2);
    const lengths = [
      set.metadata.name,
      pod(long, delivery.plan).metadata.name,
      ...Object.values(set.metadata.labels ?? {}),
    ];
    assert.isAtMost(Math.max(...lengths.map(({ length }) => length)), 63);
  });
});

describe('retention', () => {
  const revisions = Array.from({ length: 8 }, (_, index) => withImage(`shop:old-${index}`)(aDeployment()));
  const replicaSets = revisions.map((one, index) =>
    aReplicaSet(one, planOf(one.spec), 0, 0, {
      creationTimestamp: `2026-11-0${index + 1}T00:00:00Z`,
      name: `old-${index}`,
    }),
  );
  const plans = revisions.flatMap((one) => frozen(anObservation({}, one)).plans);

  it('keeps the newest within the limit, and plans only with their ReplicaSets', () => {
    const observed = frozen(anObservation({ replicaSets, plans }));
    const gone = superfluous(observed).map(inWords);
    assert.deepEqual(gone.slice(0, 3), [
      'delete ReplicaSet old-2',
      'delete ReplicaSet old-1',
      'delete ReplicaSet old-0',
    ]);
    assert.lengthOf(gone, 6);
    assert.isFalse(gone.some((line) => line.includes(observed.delivery.plan.hash)));
  });

  it('keeps what has pods, what serves and what is desired, whatever the limit', () => {
    const [serving, busy] = revisions;
    assert.isDefined(serving);
    assert.isDefined(busy);
    if (serving === undefined || busy === undefined) return;
    const sets = [
      aReplicaSet(serving, planOf(serving.spec), 0),
      aReplicaSet(busy, planOf(busy.spec), 1),
      aReplicaSet(aDeployment(), anObservation().delivery.plan, 0),
    ];
    const observed = anObservation({ replicaSets: sets }, aDeployment({ revisionHistoryLimit: 0 }));
    const known = remembering(frozen(observed), { revisions: { serving: planOf(serving.spec).revision } });
    assert.deepEqual(superfluous(known), []);
  });
});

describe('the selector that /scale shows', () => {
  it('is written as autoscalers read it', () => {
    const text = selectorText({
      matchLabels: { app: 'shop', tier: 'web' },
      matchExpressions: [
        { key: 'zone', operator: 'In', values: ['a', 'b'] },
        { key: 'old', operator: 'DoesNotExist' },
        { key: 'new', operator: 'Exists' },
        { key: 'env', operator: 'NotIn', values: ['dev'] },
      ],
    });
    assert.equal(text, 'app=shop,tier=web,zone in (a,b),!old,new,env notin (dev)');
  });
});
