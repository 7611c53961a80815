import { assert } from 'chai';
import type { Deployment, HTTPRouteTraffic } from '../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../operator/api/names.ts';
import type { HttpRoute } from '../../../operator/controllers/deployment/cluster-objects.ts';
import { aDeployment } from './builders.ts';
import { Simulation } from './simulation.ts';

const PATIENCE = 120_000;

const withImage =
  (image: string) =>
  (object: Deployment): Deployment => {
    const containers = [{ name: 'web', image, ports: [{ containerPort: 8080 }] }];
    return { ...object, spec: { ...object.spec, template: { ...object.spec.template, spec: { containers } } } };
  };

const metric = {
  name: 'error-rate',
  provider: { prometheus: { query: 'errors' } },
  interval: '5s',
  minSamples: 2,
  threshold: { max: 1 },
};

const routed = (httpRoute: HTTPRouteTraffic): Deployment =>
  aDeployment({
    replicas: 3,
    strategy: {
      type: 'Canary',
      canary: {
        stableService: 'shop',
        canaryService: 'next',
        traffic: { httpRoute },
        scaleDownDelaySeconds: 20,
        steps: [{ weight: 25 }, { pause: { duration: '10s' } }],
      },
    },
  });

const gitRoute = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'front', namespace: 'acme-prod' },
  spec: {
    parentRefs: [{ name: 'edge' }],
    rules: [
      {
        backendRefs: [
          { name: 'shop', port: 80, weight: 1 },
          { name: 'next', port: 80, weight: 0 },
        ],
      },
    ],
  },
};

/** Every kind of step there is. */
const kinds = {
  Canary: aDeployment({
    replicas: 4,
    analysis: { metrics: [metric] },
    strategy: {
      type: 'Canary',
      canary: {
        steps: [
          { weight: 25 },
          { analyse: { metrics: ['error-rate'] } },
          { approve: { panel: 'release-managers' } },
          { call: { name: 'smoke', server: 'security', tool: 'scan_manifest' } },
          { weight: 50 },
          { pause: { duration: '10s' } },
        ],
      },
    },
  }),
  BlueGreen: aDeployment({
    replicas: 4,
    strategy: {
      type: 'BlueGreen',
      blueGreen: { activeService: 'shop', previewService: 'next', previewReplicas: 2, scaleDownDelaySeconds: 20 },
    },
  }),
  'generated route': routed({ generate: { parentRefs: [{ name: 'edge' }] } }),
  'route of Git': routed({ name: 'front' }),
} as const;

/** A version that serves, a good one, for which so many pods were made, and one that is taken back by its pods or, after the switch, by the token. */
async function live(
  manifest: Deployment,
  crashAt: number | undefined,
  bad: 'missing' | 'aborted',
): Promise<{ readonly life: Simulation; readonly made: number | undefined }> {
  const simulation = new Simulation(
    {
      fate: (image) => (image.includes('missing') ? 'image-pull' : 'ready'),
      metric: () => ({ kind: 'values', samples: [{ at: 0, value: 0 }] }),
    },
    withImage('shop:1')(manifest),
  );
  simulation.hasty = bad === 'missing';
  simulation.add(gitRoute);
  simulation.crashAt = crashAt;
  await simulation.run();
  simulation.edit(withImage('shop:2'));
  await simulation.run();
  const made = simulation.podsMade.get(`shop-${simulation.status.revisions?.serving}`);
  simulation.edit(withImage(bad === 'missing' ? 'shop:missing' : 'shop:3'));
  if (bad === 'aborted') {
    await simulation.run(9_000);
    simulation.annotate(annotations.abort, '1');
  }
  return { life: await simulation.run(), made };
}

/** Names carry no chance; times differ by what a crash costs. */
const end = (simulation: Simulation) => ({
  phase: simulation.status.phase,
  revisions: { ...simulation.status.revisions, previous: undefined, rejected: undefined },
  rejected: simulation.status.revisions?.rejected?.map(({ reason }) => reason),
  sizes: simulation.sizes(),
  services: [...simulation.objects.values()].flatMap((one) =>
    one.kind === 'Service' ? [{ ...one, metadata: one.metadata.name }] : [],
  ),
  routes: simulation.all('HTTPRoute').map((one) => {
    const { name, labels = {}, annotations: marks = {} } = one.metadata;
    return { name, labels, marks, spec: (one as HttpRoute).spec }; // border: by its kind
  }),
});

describe('a crash after any effect', () => {
  for (const [strategy, manifest] of Object.entries(kinds)) {
    for (const bad of ['missing', 'aborted'] as const) {
      it(`of a ${strategy} delivery that goes well and one that is ${bad} leads to the same end`, async () => {
        const { life: whole, made } = await live(manifest, undefined, bad);
        assert.equal(whole.status.phase, 'RolledBack', whole.trace.join('\n'));
        for (let effect = 1; effect <= whole.effects; effect += 1) {
          const { life: crashed, made: remade } = await live(manifest, effect, bad);
          assert.deepEqual(end(crashed), end(whole), `after effect ${effect}:\n${crashed.trace.join('\n')}`);
          const again = `pods of the good version were made again after effect ${effect}:\n${crashed.trace.join('\n')}`;
          assert.equal(remade, made, again);
          const firsts = crashed.calls.filter(({ repeated }) => repeated !== true).map(({ key }) => key);
          assert.equal(new Set(firsts).size, firsts.length, `a call was made twice unknowingly after effect $effect`);
        }
      }).timeout(PATIENCE);
    }
  }
});
