import { assert } from 'chai';
import type { CanaryStrategy, Deployment, DeploymentSpec } from '../../../operator/api/generated/deployment.ts';
import { annotations, labels } from '../../../operator/api/names.ts';
import { sidesOf } from '../../../operator/controllers/deployment/analysis/watched-metrics.ts';
import type { HttpRoute, Service } from '../../../operator/controllers/deployment/cluster-objects.ts';
import { deployment as room } from '../../../operator/controllers/deployment/index.ts';
import { release } from '../../../operator/controllers/deployment/teardown/release.ts';
import { aDeployment } from './builders.ts';
import { assertGolden } from './golden.ts';
import { laws } from './observed-builders.ts';
import { inWords, type Script, Simulation } from './simulation.ts';

const fate = (image: string) => (image.includes('missing') ? 'image-pull' : 'ready');

const withVersion =
  (version: string) =>
  (object: Deployment): Deployment => {
    const containers = [{ name: 'web', image: `shop:${version}`, ports: [{ name: 'http', containerPort: 8080 }] }];
    return { ...object, spec: { ...object.spec, template: { ...object.spec.template, spec: { containers } } } };
  };

const generate = { parentRefs: [{ name: 'edge', namespace: 'infra' }], hostnames: ['shop.acme.example'] };

function routed(change: Partial<CanaryStrategy> = {}, spec: Partial<DeploymentSpec> = {}): Deployment {
  const canary: CanaryStrategy = {
    stableService: 'shop',
    canaryService: 'shop-canary',
    traffic: { httpRoute: { generate } },
    steps: [{ weight: 25 }, { pause: {} }, { weight: 50 }, { pause: {} }],
    ...change,
  };
  return withVersion('1')(aDeployment({ replicas: 4, strategy: { type: 'Canary', canary }, ...spec }));
}

function byServices(): Deployment {
  const { traffic: _traffic, ...canary } = routed().spec.strategy?.canary ?? { steps: [] };
  return routed({}, { strategy: { type: 'Canary', canary } });
}

/** A first version that serves, and a second one applied. */
async function second(manifest = routed(), version = '2', script: Script = {}): Promise<Simulation> {
  const simulation = await new Simulation({ fate, ...script }, manifest).run();
  assert.equal(simulation.status.phase, 'Serving', simulation.trace.slice(-9).join('\n'));
  simulation.chapter('a second version');
  simulation.edit(withVersion(version));
  return simulation.run();
}

const sizes = (simulation: Simulation) => Object.values(simulation.sizes());
const selected = (simulation: Simulation, name: string) =>
  (simulation.objects.get(`Service/${name}`) as Service | undefined)?.spec.selector?.[labels.revision];
const weights = (simulation: Simulation) =>
  (simulation.objects.get('HTTPRoute/shop') as HttpRoute | undefined)?.spec.rules?.[0]?.backendRefs?.map(
    ({ name, port, weight }) => `${name}:${port} ${weight}`,
  );

async function promoted(simulation: Simulation): Promise<Simulation> {
  for (const token of ['1', '2']) {
    simulation.annotate(annotations.promote, token);
    await simulation.run(5_000);
  }
  return simulation;
}

describe('a canary whose traffic a generated route splits', () => {
  it('makes both Services and the route before the first version serves', async () => {
    const simulation = await new Simulation({ fate }, routed()).run();
    const { serving } = simulation.status.revisions ?? {};
    assert.deepEqual([selected(simulation, 'shop'), selected(simulation, 'shop-canary')], [serving, serving]);
    assert.deepEqual(weights(simulation), ['shop:8080 100', 'shop-canary:8080 0']);
  });

  it('grows, shifts, is seen, goes on, and ends with all traffic on the stable Service', async () => {
    const simulation = await second();
    const { serving, desired } = simulation.status.revisions ?? {};
    assert.deepInclude(simulation.status.step, { index: 2, name: 'pause', weight: 25 });
    assert.deepEqual(sizes(simulation), [4, 1], 'going back is instant: what serves keeps all of its pods');
    assert.deepEqual([selected(simulation, 'shop'), selected(simulation, 'shop-canary')], [serving, desired]);
    assert.deepEqual(weights(simulation), ['shop:8080 75', 'shop-canary:8080 25']);
    await promoted(simulation);
    assert.equal(simulation.status.phase, 'Serving');
    assert.deepEqual(sizes(simulation), [4, 4], 'the old pods stand by');
    assert.deepEqual([selected(simulation, 'shop'), selected(simulation, 'shop-canary')], [desired, desired]);
    assert.deepEqual(weights(simulation), ['shop:8080 100', 'shop-canary:8080 0']);
    await simulation.run();
    assert.deepEqual(sizes(simulation), [0, 4]);
    assertGolden('canary-route', simulation.trace.join('\n'));
  });

  it('goes back: traffic first, seen in force, then the pods after their delay', async () => {
    const simulation = await second();
    const { serving } = simulation.status.revisions ?? {};
    simulation.chapter('the token abort');
    simulation.annotate(annotations.abort, '1');
    await simulation.run(5_000);
    assert.deepEqual(weights(simulation), ['shop:8080 100', 'shop-canary:8080 0']);
    assert.deepEqual([selected(simulation, 'shop'), selected(simulation, 'shop-canary')], [serving, serving]);
    assert.deepEqual(sizes(simulation), [4, 1]);
    assert.include(simulation.status.message, 'all traffic is back, its pods go at ');
    await simulation.run();
    assert.deepEqual([simulation.status.phase, sizes(simulation)], ['RolledBack', [4, 0]]);
    assertGolden('canary-route-back', simulation.trace.join('\n'));
  });

  it('keeps the pods of what was rejected where rollback.scaleDownDelaySeconds is 0', async () => {
    const simulation = await second(routed({}, { rollback: { automatic: true, scaleDownDelaySeconds: 0 } }));
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
    assert.deepEqual([simulation.status.phase, sizes(simulation)], ['RolledBack', [4, 1]]);
    simulation.edit((one) => ({ ...one, spec: { ...one.spec, replicas: 6 } }));
    await simulation.run();
    assert.deepEqual(sizes(simulation), [6, 1], 'what was rejected never grows');
  });

  it('never moves weight before a Gateway accepted it, says whose answer is missing, and goes back at the deadline', async () => {
    const simulation = await new Simulation({ fate }, routed()).run();
    simulation.script = { ...simulation.script, routes: 'silent' };
    simulation.edit(withVersion('2'));
    await simulation.run(60_000);
    assert.deepInclude(simulation.status.step, { index: 1, weight: 0 });
    assert.include(simulation.status.message, 'HTTPRoute shop: Gateway edge has not seen its last change yet');
    simulation.script = { ...simulation.script, routes: 'accepted' };
    await simulation.run(60_000);
    assert.deepInclude(simulation.status.step, { index: 2, weight: 25 });
    simulation.script = { ...simulation.script, routes: 'refused' };
    simulation.annotate(annotations.promote, '1');
    await simulation.run(1_300_000);
    assert.include(simulation.status.message, 'Gateway edge says Accepted is False (NoMatchingParent)');
    assert.include(simulation.status.message, '(TrafficNotInForce)');
    assert.deepEqual(sizes(simulation)[0], 4, 'what serves keeps its pods while nobody knows where the traffic goes');
  });

  it('takes the weight from a canary that lost its pods, and gives it back', async () => {
    const simulation = await second();
    simulation.script = { ...simulation.script, fate: (image) => (image === 'shop:2' ? 'never-ready' : 'ready') };
    await simulation.run(10_000);
    assert.deepEqual(weights(simulation), ['shop:8080 100', 'shop-canary:8080 0']);
    simulation.script = { ...simulation.script, fate };
    await simulation.run(10_000);
    assert.deepEqual(weights(simulation), ['shop:8080 75', 'shop-canary:8080 25']);
  });

  it('lets a superseding version in only after the traffic is back', async () => {
    const simulation = await second();
    const old = simulation.status.revisions?.desired;
    simulation.watch = () => {
      if (selected(simulation, 'shop-canary') !== old) return;
      assert.notDeepEqual(sizes(simulation)[1], 0, 'pods that are named stay');
    };
    simulation.edit(withVersion('3'));
    await simulation.run();
    assert.equal(selected(simulation, 'shop-canary'), simulation.status.revisions?.desired);
    assert.deepEqual(weights(simulation), ['shop:8080 75', 'shop-canary:8080 25']);
    assert.deepEqual(sizes(simulation), [4, 0, 1]);
  });

  it('mends a route that somebody changed', async () => {
    const simulation = await second();
    simulation.meddle(
      'HTTPRoute',
      (one) => ({ ...one, spec: { ...(one as HttpRoute).spec, hostnames: ['x'] } }) as HttpRoute,
    );
    await simulation.run(10_000);
    assert.deepEqual((simulation.objects.get('HTTPRoute/shop') as HttpRoute).spec.hostnames, generate.hostnames);
  });

  it('shares N under an autoscaler: no hold has more than one pod above it', async () => {
    const simulation = new Simulation(
      { fate },
      routed({ steps: [{ weight: 25 }, { weight: 50 }, { weight: 60 }, { pause: {} }] }),
    );
    simulation.autoscale(4);
    await simulation.run();
    simulation.edit(withVersion('2'));
    await simulation.run();
    assert.deepInclude(simulation.status.step, { index: 4, weight: 60 });
    assert.deepEqual(sizes(simulation), [2, 3]);
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
    assert.deepEqual([simulation.status.phase, sizes(simulation)], ['RolledBack', [4, 0]]);
  });

  it('removes its route once a plan without one is promoted', async () => {
    const simulation = await new Simulation({ fate }, routed()).run();
    simulation.edit((one) => ({
      ...withVersion('2')(one),
      spec: { ...withVersion('2')(one).spec, strategy: { type: 'Rolling' } },
    }));
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
    assert.isUndefined(simulation.objects.get('HTTPRoute/shop'));
    assert.isUndefined(selected(simulation, 'shop'), 'the Services carry all pods');
  });

  it('stops before anything is made where the cluster defines no HTTPRoute, and goes on once it does', async () => {
    const simulation = await new Simulation({ fate, routes: 'none' }, routed()).run(60_000);
    assert.deepEqual([simulation.status.phase, sizes(simulation)], ['Failed', []]);
    assert.include(simulation.status.message, 'install the CRDs of the Gateway API');
    simulation.script = { fate };
    await simulation.run(60_000);
    assert.equal(simulation.status.phase, 'Serving');
  });
});

describe('the queries of a canary with Services', () => {
  it('name the canary Service for the desired revision, and the stable one for what serves', async () => {
    const observed = await (await second()).observe();
    const { desired, baseline } = sidesOf(observed);
    assert.deepEqual([desired.service, baseline?.service], ['shop-canary', 'shop']);
  });
});

describe('a canary by two Services alone', () => {
  it('leaves the stable Service with what serves until the promotion', async () => {
    const simulation = await second(byServices());
    const { serving, desired } = simulation.status.revisions ?? {};
    assert.deepEqual([selected(simulation, 'shop'), selected(simulation, 'shop-canary')], [serving, desired]);
    assert.deepEqual(sizes(simulation), [4, 1]);
    assert.deepInclude(simulation.status.step, { index: 2, weight: 0 });
    assert.equal(simulation.status.selector, `app=shop,code-engine.dev/revision=${serving}`);
    await promoted(simulation);
    assert.deepEqual([selected(simulation, 'shop'), selected(simulation, 'shop-canary')], [desired, desired]);
    assert.deepInclude(simulation.status.step, { weight: 100 });
    await simulation.run();
    assert.deepEqual(sizes(simulation), [0, 4]);
    assertGolden('canary-services', simulation.trace.join('\n'));
  });

  it('goes back to what stands by after the promotion', async () => {
    const simulation = await promoted(await second(byServices()));
    const good = simulation.status.revisions?.previous?.[0]?.hash;
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
    assert.deepEqual([simulation.status.phase, simulation.status.revisions?.serving], ['RolledBack', good]);
    assert.deepEqual([selected(simulation, 'shop'), selected(simulation, 'shop-canary')], [good, good]);
    assert.deepEqual(sizes(simulation), [4, 0]);
  });
});

const gitRules = [
  { matches: [{ path: { type: 'PathPrefix', value: '/old' } }], backendRefs: [{ name: 'legacy', port: 80 }] },
  {
    backendRefs: [
      { name: 'shop', port: 8080, weight: 100 },
      { name: 'shop-canary', port: 8080, weight: 0 },
    ],
  },
];

const gitRoute = (): HttpRoute => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'front', namespace: 'acme-prod', labels: { app: 'shop' } },
  spec: { parentRefs: [{ name: 'edge' }], rules: gitRules },
});

describe('a canary whose traffic a route of Git splits', () => {
  const named = routed({ traffic: { httpRoute: { name: 'front' } } });

  async function second(change: Script = {}): Promise<Simulation> {
    const simulation = new Simulation({ fate, ...change }, named);
    simulation.add(gitRoute());
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving', simulation.trace.slice(-9).join('\n'));
    simulation.chapter('a second version');
    simulation.edit(withVersion('2'));
    return simulation.run();
  }

  const route = (simulation: Simulation) => simulation.objects.get('HTTPRoute/front') as HttpRoute;
  const shares = (simulation: Simulation) =>
    route(simulation).spec.rules?.[1]?.backendRefs?.map(({ weight }) => weight);
  const assertGivenBack = (simulation: Simulation) => {
    const { metadata, spec } = route(simulation);
    assert.deepEqual([spec.rules, metadata.labels, metadata.annotations ?? {}], [gitRules, { app: 'shop' }, {}]);
  };
  /** As Git applies its manifest again. */
  const reset = (simulation: Simulation) =>
    simulation.meddle(
      'HTTPRoute',
      (one) => ({ ...one, spec: { ...(one as HttpRoute).spec, rules: gitRules } }) as HttpRoute,
      'argocd-controller',
    );

  it('changes weights alone, and writes the original back once the version is promoted', async () => {
    const simulation = await second();
    assert.deepEqual(shares(simulation), [75, 25]);
    assert.deepEqual(route(simulation).spec.rules?.[0], gitRules[0]);
    assert.deepInclude(simulation.status.step, { index: 2, weight: 25 });
    await promoted(simulation);
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
    assertGivenBack(simulation);
    assertGolden('canary-git-route', simulation.trace.join('\n'));
  });

  it('writes the original back on an abort, and on a superseding version that names no route', async () => {
    const simulation = await second();
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
    assertGivenBack(simulation);
    const other = await second();
    other.edit((one) => ({
      ...withVersion('3')(one),
      spec: { ...withVersion('3')(one).spec, strategy: { type: 'Rolling' } },
    }));
    await other.run();
    assert.equal(other.status.phase, 'Serving');
    assertGivenBack(other);
  });

  it('shifts again where Git wrote its rules once, and gives up where it does so twice', async () => {
    const simulation = await second();
    reset(simulation);
    await simulation.run(10_000);
    assert.deepEqual(shares(simulation), [75, 25]);
    reset(simulation);
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
    assert.include(
      simulation.status.message,
      '(RouteContested): HTTPRoute front: argocd-controller wrote its rules 2 times',
    );
    assertGivenBack(simulation);
  });

  it('takes what Git changes meanwhile for the original', async () => {
    const simulation = await second();
    const newer = [...gitRules, { backendRefs: [{ name: 'other', port: 1 }] }];
    simulation.meddle(
      'HTTPRoute',
      (one) => ({ ...one, spec: { ...(one as HttpRoute).spec, rules: newer } }) as HttpRoute,
    );
    await simulation.run(10_000);
    assert.deepEqual(shares(simulation), [75, 25]);
    await promoted(simulation);
    await simulation.run();
    assert.deepEqual(route(simulation).spec.rules, newer);
  });

  it('gives it back, before anything else, when the object goes', async () => {
    const simulation = await second();
    const observed = await simulation.observe();
    const decision = release.decide(observed, laws());
    assert.equal(decision.kind, 'act');
    if (decision.kind !== 'act') return;
    assert.deepEqual(decision.actions.map(inWords), [
      `patch HTTPRoute front ${JSON.stringify({ spec: { rules: gitRules } })}`,
    ]);
  });

  it('is refused, with what to do, where the route is missing or lists but one Service', async () => {
    const simulation = await new Simulation({ fate }, named).run(60_000);
    assert.include(
      simulation.status.message,
      'HTTPRoute front does not exist; apply one whose rules list Services shop',
    );
    const half = { ...gitRoute(), spec: { rules: [{ backendRefs: [{ name: 'shop', port: 80 }] }] } };
    simulation.add(half);
    await simulation.run(60_000);
    assert.include(simulation.status.message, 'no rule of HTTPRoute front lists both Services');
    simulation.add(gitRoute());
    await simulation.run(60_000);
    assert.equal(simulation.status.phase, 'Serving');
  });
});

describe('the end of an object whose Services Git owns', () => {
  it('gives selector and label back, and leaves to garbage collection what is ours', async () => {
    const git = { metadata: { name: 'shop', namespace: 'acme-prod' }, spec: { ports: [{ port: 80 }] } };
    const simulation = new Simulation({ fate }, byServices());
    simulation.add({ apiVersion: 'v1', kind: 'Service', ...git } as Service);
    await simulation.run();
    const observed = await simulation.observe();
    assert.isTrue(room.needsFinalizer(observed, laws()));
    const decision = release.decide(observed, laws());
    assert.deepEqual(decision.kind === 'act' && decision.actions.map(inWords), [
      'patch Service shop {"metadata":{"labels":{"code-engine.dev/deployment":null}},"spec":{"selector":null}}',
    ]);
  });
});

describe('what traffic cannot be', () => {
  for (const [what, manifest, words] of [
    [
      'Shared by Services alone',
      (() => {
        const one = byServices();
        const { canary } = one.spec.strategy ?? {};
        return canary === undefined
          ? one
          : routed({}, { strategy: { type: 'Canary', canary: { ...canary, capacity: 'Shared' } } });
      })(),
      'spec.strategy.canary.capacity is Shared',
    ],
    [
      'Extra by replicas',
      withVersion('1')(
        aDeployment({ strategy: { type: 'Canary', canary: { capacity: 'Extra', steps: [{ weight: 20 }] } } }),
      ),
      'spec.strategy.canary.capacity is Extra',
    ],
    [
      'a delay by replicas',
      withVersion('1')(
        aDeployment({ strategy: { type: 'Canary', canary: { scaleDownDelaySeconds: 5, steps: [{ weight: 20 }] } } }),
      ),
      'spec.strategy.canary.scaleDownDelaySeconds keeps pods',
    ],
  ] as const) {
    it(`is told: ${what}`, async () => {
      const simulation = await new Simulation({ fate }, manifest).run();
      assert.include(simulation.status.message, words);
      assert.deepEqual(sizes(simulation), []);
    });
  }

  it('is told: a Service with two ports and a route that names none', async () => {
    const manifest = routed();
    const ports = [{ containerPort: 8080 }, { containerPort: 9090 }];
    const containers = [{ name: 'web', image: 'shop:1', ports }];
    const { template } = manifest.spec;
    const simulation = new Simulation(
      { fate },
      { ...manifest, spec: { ...manifest.spec, template: { ...template, spec: { containers } } } },
    );
    await simulation.run();
    assert.include(simulation.status.message, 'generate.port has to name the one');
  });
});
