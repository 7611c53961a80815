import { assert } from 'chai';
import type { BlueGreenStrategy, Deployment } from '../../../operator/api/generated/deployment.ts';
import { annotations, labels } from '../../../operator/api/names.ts';
import type { Service } from '../../../operator/controllers/deployment/cluster-objects.ts';
import { aDeployment, withImage } from './builders.ts';
import { assertGolden } from './golden.ts';
import { Simulation } from './simulation.ts';

const fate = (image: string) => (image.includes('missing') ? 'image-pull' : 'ready');

const blueGreen = (change: Partial<BlueGreenStrategy> = {}): Deployment => {
  const manifest = aDeployment({
    replicas: 3,
    strategy: { type: 'BlueGreen', blueGreen: { activeService: 'shop', previewService: 'shop-preview', ...change } },
  });
  const containers = [{ name: 'web', image: 'shop:1', ports: [{ name: 'http', containerPort: 8080 }] }];
  return { ...manifest, spec: { ...manifest.spec, template: { ...manifest.spec.template, spec: { containers } } } };
};

const withVersion =
  (version: string) =>
  (object: Deployment): Deployment => {
    const containers = [{ name: 'web', image: `shop:${version}`, ports: [{ name: 'http', containerPort: 8080 }] }];
    return { ...object, spec: { ...object.spec, template: { ...object.spec.template, spec: { containers } } } };
  };

/** A first version that serves, and a second one applied. */
async function second(change: Partial<BlueGreenStrategy> = {}, version = '2'): Promise<Simulation> {
  const simulation = await new Simulation({ fate }, blueGreen(change)).run();
  assert.equal(simulation.status.phase, 'Serving');
  simulation.chapter('a second version');
  simulation.edit(withVersion(version));
  return simulation;
}

const sizes = (simulation: Simulation) => Object.values(simulation.sizes());
const selected = (simulation: Simulation, name: string) =>
  (simulation.objects.get(`Service/${name}`) as Service | undefined)?.spec.selector?.[labels.revision];

describe('the life of a blue-green delivery, told by its trace', () => {
  it('previews, switches in one write, and lets the old pods go after the delay', async () => {
    const simulation = await second();
    await simulation.run(5_000);
    assert.equal(simulation.status.phase, 'Serving');
    assert.deepEqual(sizes(simulation), [3, 3]);
    assert.equal(simulation.status.step?.weight, 100);
    await simulation.run();
    assert.deepEqual(sizes(simulation), [0, 3]);
    assertGolden('blue-green', simulation.trace.join('\n'));
  });

  it('goes back by one write while the old pods stand by', async () => {
    const simulation = await second();
    await simulation.run(5_000);
    const good = simulation.status.revisions?.previous?.[0]?.hash;
    simulation.chapter('the token abort');
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
    assert.equal(simulation.status.revisions?.serving, good);
    assert.equal(selected(simulation, 'shop'), good);
    assert.deepEqual(sizes(simulation), [3, 0]);
    assertGolden('blue-green-back', simulation.trace.join('\n'));
  });
});

describe('a blue-green delivery', () => {
  it('waits for the promote token where it may not switch by itself', async () => {
    const simulation = await second({ autoPromote: false, previewReplicas: 1 });
    await simulation.run();
    assert.deepInclude(simulation.status.step, { index: 2, of: 3, name: 'pause', weight: 0 });
    assert.deepEqual(sizes(simulation), [3, 1]);
    assert.equal(selected(simulation, 'shop-preview'), simulation.status.revisions?.desired);
    assert.equal(selected(simulation, 'shop'), simulation.status.revisions?.serving);
    const { serving } = simulation.status.revisions ?? {};
    assert.equal(simulation.status.selector, `app=shop,code-engine.dev/revision=${serving}`, 'a preview is no load');
    simulation.annotate(annotations.promote, '1');
    await simulation.run();
    assert.deepEqual([simulation.status.phase, sizes(simulation)], ['Serving', [0, 3]]);
    assert.equal(selected(simulation, 'shop'), simulation.status.revisions?.desired);
  });

  it('never sends traffic to a version whose pods do not come up', async () => {
    const simulation = await second({}, 'missing');
    const good = simulation.status.revisions?.serving;
    simulation.watch = () => assert.equal(selected(simulation, 'shop'), good);
    await simulation.run();
    assert.deepEqual([simulation.status.phase, sizes(simulation)], ['RolledBack', [3, 0]]);
  });

  it('keeps as many pods behind the active Service as were behind it, at every moment', async () => {
    const simulation = await second();
    simulation.watch = () => {
      const slice = simulation.objects.get('EndpointSlice/shop-slice') as unknown as {
        endpoints: { conditions: { ready: boolean } }[];
      };
      assert.isAtLeast(
        slice.endpoints.filter(({ conditions }) => conditions.ready).length,
        3,
        simulation.trace.slice(-9).join('\n'),
      );
    };
    await simulation.run(5_000);
    simulation.annotate(annotations.abort, '1');
    await simulation.run();
  });

  const gitService = (selector?: Readonly<Record<string, string>>) =>
    ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shop', namespace: 'acme-prod' },
      spec: { ports: [{ port: 80 }], ...(selector === undefined ? {} : { selector }) },
    }) as Service;

  it('switches only once its preview was measured and passed, and goes back from one that did not', async () => {
    const analysis = {
      metrics: [
        {
          name: 'errors',
          interval: '10s',
          minSamples: 3,
          threshold: { max: 0.1 },
          provider: { prometheus: { query: 'e' } },
        },
      ],
    };
    for (const [value, phase] of [
      [0, 'Serving'],
      [1, 'RolledBack'],
    ] as const) {
      const simulation = await second();
      const first = selected(simulation, 'shop');
      simulation.script = { fate, metric: () => ({ kind: 'values', samples: [{ at: 0, value }] }) };
      simulation.edit((one) => ({ ...one, spec: { ...one.spec, analysis } }));
      await simulation.run(5_000);
      if (value === 0) assert.deepInclude(simulation.status.step, { index: 2, of: 3, name: 'analyse', weight: 0 });
      assert.equal(selected(simulation, 'shop'), first);
      await simulation.run();
      assert.equal(simulation.status.phase, phase);
      assert.equal(selected(simulation, 'shop') === first, value === 1);
    }
  });

  it('owns the selector of a Service that Git brings without one', async () => {
    const simulation = new Simulation({ fate }, blueGreen());
    simulation.add(gitService());
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
    assert.equal(selected(simulation, 'shop'), simulation.status.revisions?.serving);
    assert.notInclude(simulation.trace.join(), 'create Service shop,');
  });

  it('refuses a Service that declares a selector, with the fix, before anything is made', async () => {
    const simulation = new Simulation({ fate }, blueGreen());
    simulation.add(gitService({ app: 'shop' }));
    await simulation.run();
    assert.deepEqual([simulation.status.phase, sizes(simulation)], ['Failed', []]);
    assert.include(simulation.status.message, 'Service shop declares spec.selector (app)');
  });

  it('refuses to make a Service without a port', async () => {
    const simulation = await new Simulation({ fate }, withImage('shop:1')(blueGreen())).run();
    assert.include(simulation.status.message, 'Service shop does not exist and the template names no port for it');
  });

  it('mends a Service that somebody pointed elsewhere', async () => {
    const simulation = await new Simulation({ fate }, blueGreen()).run();
    simulation.meddle(
      'Service',
      (one) => ({ ...one, spec: { ...(one as Service).spec, selector: { app: 'x' } } }) as Service,
    );
    await simulation.run();
    assert.equal(selected(simulation, 'shop'), simulation.status.revisions?.serving);
  });

  it('gives its Services to all pods where the strategy is another', async () => {
    const simulation = await new Simulation({ fate }, blueGreen()).run();
    simulation.edit((object) => ({
      ...withVersion('2')(object),
      spec: { ...withVersion('2')(object).spec, strategy: { type: 'Rolling' } },
    }));
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
    assert.isNotString(selected(simulation, 'shop'));
  });
});
