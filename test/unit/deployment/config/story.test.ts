import { assert } from 'chai';
import type { Deployment } from '../../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../../operator/api/names.ts';
import type { KubeObject } from '../../../../operator/api/objects.ts';
import { aDeployment } from '../builders.ts';
import { assertGolden } from '../golden.ts';
import { type Script, Simulation } from '../simulation.ts';

/** What no trace, plan or status may show. */
const PLANTED = 'c3dvcmRmaXNo';

const reading = (image = 'shop:1', env = 'env'): Deployment['spec']['template'] => ({
  metadata: { labels: { app: 'shop' } },
  spec: {
    containers: [{ name: 'web', image, envFrom: [{ configMapRef: { name: env } }] }],
    volumes: [{ name: 'keys', secret: { secretName: 'keys' } }],
  },
});
const withTemplate = (template: Deployment['spec']['template']) => (object: Deployment) => ({
  ...object,
  spec: { ...object.spec, template },
});

const object = (kind: string, name: string, more: object = {}, metadata: object = {}): KubeObject =>
  ({ apiVersion: 'v1', kind, metadata: { name, namespace: 'acme-prod', ...metadata }, ...more }) as KubeObject;
const env = (color: string, name = 'env') => object('ConfigMap', name, { data: { color } });
const keys = (value = PLANTED) => object('Secret', 'keys', { type: 'Opaque', data: { key: value } });

function world(script: Script = {}, ...objects: readonly KubeObject[]): Simulation {
  const fate: Script['fate'] = (image) => (image.includes('missing') ? 'image-pull' : 'ready');
  const simulation = new Simulation({ fate, ...script }, aDeployment({ template: reading() }));
  simulation.identify();
  for (const one of objects) simulation.add(one);
  return simulation;
}

const copies = (simulation: Simulation): readonly string[] =>
  [...simulation.objects.values()]
    .filter(({ kind, metadata }) => (kind === 'ConfigMap' || kind === 'Secret') && metadata.ownerReferences)
    .map(({ kind, metadata }) => `${kind} ${metadata.name}: ${metadata.ownerReferences?.map(({ name }) => name)}`)
    .sort();

describe('config that travels with code', () => {
  it('is copied for each revision, and the old bytes come back with the old revision', async () => {
    const simulation = await world({}, env('blue'), keys()).run();
    simulation.chapter('other data, the same template: a delivery');
    simulation.add(env('green'));
    await simulation.run();
    const green = simulation.status.revisions?.serving;
    simulation.chapter('other data with an image that is missing: back');
    simulation.add(env('red'));
    simulation.edit(withTemplate(reading('shop:missing')));
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
    assert.equal(simulation.status.revisions?.serving, green);
    assertGolden('config', simulation.trace.join('\n'));
    const told = JSON.stringify([simulation.deployment, simulation.trace]);
    const plans = [...simulation.objects.values()].filter(({ kind }) => kind === 'ControllerRevision');
    assert.notInclude(told + JSON.stringify(plans), PLANTED);
  });

  it('leads to the same copies and pods after a crash at any effect', async () => {
    const live = async (crashAt?: number) => {
      const simulation = world({}, env('blue'), keys());
      simulation.crashAt = crashAt;
      await simulation.run();
      simulation.add(env('green'));
      return simulation.run();
    };
    const whole = await live();
    for (let effect = 1; effect <= whole.effects; effect += 1) {
      const crashed = await live(effect);
      assert.deepEqual(
        [copies(crashed), crashed.sizes(), crashed.status.phase],
        [copies(whole), whole.sizes(), whole.status.phase],
        `after effect ${effect}:\n${crashed.trace.join('\n')}`,
      );
    }
  }).timeout(60_000);

  it('never gives a ReplicaSet pods before its copies stand', async () => {
    const simulation = world({}, env('blue'), keys());
    const seen: string[] = [];
    simulation.watch = () => {
      for (const one of simulation.objects.values()) {
        if (one.kind !== 'Pod') continue;
        for (const name of JSON.stringify(one).match(/(env|keys)-[0-9a-f]{10}/g) ?? []) {
          const stands = simulation.objects.has(`ConfigMap/${name}`) || simulation.objects.has(`Secret/${name}`);
          if (!stands) seen.push(name);
        }
      }
    };
    await simulation.run();
    simulation.add(env('green'));
    await simulation.run();
    assert.deepEqual(seen, []);
  });

  it('is pruned with the revision that it belongs to, and kept while another needs it', async () => {
    const simulation = world({}, env('0'), keys());
    simulation.edit((object) => ({ ...object, spec: { ...object.spec, revisionHistoryLimit: 1 } }));
    await simulation.run();
    for (const color of ['1', '2', '3']) {
      simulation.add(env(color));
      await simulation.run();
    }
    const kept = copies(simulation);
    assert.lengthOf(
      kept.filter((line) => line.startsWith('ConfigMap')),
      2,
    );
    const [secret, ...others] = kept.filter((line) => line.startsWith('Secret'));
    assert.isEmpty(others, 'revisions with the same data share its copy');
    assert.equal(secret?.split(',').length, 2 + 2, 'owners that are gone are named until collection');
  });

  it('is made again when somebody deletes a copy of what serves', async () => {
    const simulation = await world({}, env('blue'), keys()).run();
    const before = copies(simulation);
    simulation.meddle('ConfigMap', (one) => (one.metadata.ownerReferences === undefined ? one : undefined));
    assert.lengthOf(copies(simulation), before.length - 1);
    await simulation.run(60_000);
    assert.deepEqual(copies(simulation), before);
    assert.equal(simulation.status.phase, 'Serving');
    assert.match(
      simulation.status.timeline?.at(-1) ?? '',
      /drift: ConfigMap env-\w+ was made again: it had been deleted$/,
    );
    assert.lengthOf(simulation.status.drift ?? [], 1);
  });

  it('is made again while a strategy waits, and nothing else moves', async () => {
    const canary = { type: 'Canary', canary: { steps: [{ weight: 50 }, { pause: {} }] } } as const;
    const simulation = world({}, env('blue'), keys());
    simulation.edit((object) => ({ ...object, spec: { ...object.spec, strategy: canary } }));
    await simulation.run();
    simulation.edit(withTemplate(reading('shop:2')));
    await simulation.run();
    assert.equal(simulation.status.phase, 'Paused');
    const before = [copies(simulation), simulation.sizes()];
    simulation.meddle('Secret', (one) => (one.metadata.ownerReferences === undefined ? one : undefined));
    // Longer than the progress deadline: a pause is no delay.
    simulation.now += 3_600_000;
    await simulation.run();
    assert.equal(simulation.status.phase, 'Paused');
    assert.deepEqual([copies(simulation), simulation.sizes()], before);
  });

  it('is read as it is where it is a rotated credential, or marked live', async () => {
    const tls = object('Secret', 'keys', { type: 'kubernetes.io/tls', data: { key: PLANTED } });
    const live = object(
      'ConfigMap',
      'env',
      { data: { color: 'blue' } },
      { annotations: { [annotations.config]: 'live' } },
    );
    const simulation = await world({}, live, tls).run();
    assert.equal(simulation.status.phase, 'Serving');
    assert.deepEqual(copies(simulation), []);
    const { serving } = simulation.status.revisions ?? {};
    simulation.add({ ...live, data: { color: 'green' } } as KubeObject);
    await simulation.run();
    assert.equal(simulation.status.revisions?.serving, serving);
  });

  it('is waited for by name, arrives, and the delivery goes on', async () => {
    const simulation = await world({}, keys()).run(30_000);
    const { phase, message, conditions } = simulation.status;
    assert.equal(phase, 'Validating');
    assert.equal(
      message,
      'ConfigMap env, which the template names, is not in namespace acme-prod; create it, or say optional: true where the template names it',
    );
    assert.equal(conditions?.find(({ type }) => type === 'Ready')?.reason, 'ReferenceMissing');
    simulation.add(env('blue'));
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
  });

  it('is stalled about at the deadline, and still taken when it comes', async () => {
    const simulation = await world({}, keys()).run();
    const stalled = () => simulation.status.conditions?.find(({ type }) => type === 'Stalled');
    assert.equal(stalled()?.reason, 'ReferenceMissing');
    assert.match(stalled()?.message ?? '', /; it was waited for 600 s$/);
    simulation.add(env('blue'));
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
  });

  it('that may not be read names who must grant what', async () => {
    const simulation = await world({ unreadable: 'keys' }, env('blue'), keys()).run();
    assert.equal(
      simulation.status.message,
      'Secret keys, which the template names, cannot be read: cannot get resource "keys"; an admin of the cluster grants get, list and watch of secrets to ServiceAccount code-tenant of namespace acme-prod, as ClusterRole code:tenant-workload does; it was waited for 600 s: then set the annotation code-engine.dev/retry to a new value',
    );
  });

  it('leaves what serves alone when its source is deleted', async () => {
    const simulation = await world({}, env('blue'), keys()).run();
    const { serving } = simulation.status.revisions ?? {};
    simulation.meddle('ConfigMap', (one) => (one.metadata.name === 'env' ? undefined : one));
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
    assert.equal(simulation.status.revisions?.serving, serving);
    assert.equal(simulation.status.revisions?.desired, serving);
  });
});
