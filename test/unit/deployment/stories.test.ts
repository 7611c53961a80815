import { assert } from 'chai';
import { stringify } from 'yaml';
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import { annotations } from '../../../operator/api/names.ts';
import { figure } from '../../support/figure.ts';
import { aDeployment, withImage } from './builders.ts';
import { assertGolden } from './golden.ts';
import { type Script, Simulation } from './simulation.ts';

const scripted: Script = {
  fate: (image) => (image.includes('missing') ? 'image-pull' : image.includes('crashing') ? 'crash' : 'ready'),
};

const withTools = (): Deployment =>
  aDeployment({
    tools: {
      before: [{ name: 'scan', server: 'security', tool: 'scan_manifest', expect: { maxHigh: 1 } }],
      after: [{ name: 'tell', server: 'notify', tool: 'broadcast_deployment' }],
      onRollback: [{ name: 'page', server: 'notify', tool: 'page_owner' }],
    },
  });

const counts = (high: number) => ({ counts: { critical: 0, high, medium: 0, low: 3 } });

/** As `kubectl describe` sorts. */
const YAML = { lineWidth: 140, sortMapEntries: true } as const;

const calls = (simulation: Simulation) => simulation.trace.filter((line) => line.includes(': call '));

async function served(script: Script = scripted, manifest = aDeployment()): Promise<Simulation> {
  return new Simulation(script, manifest).run();
}

describe('the life of a Deployment, told by its trace', () => {
  it('creates, updates, and goes back from an image that cannot be pulled', async () => {
    const simulation = await served();
    simulation.chapter('a second version');
    simulation.edit(withImage('shop:2'));
    await simulation.run();
    simulation.chapter('a version whose image is missing');
    simulation.edit(withImage('shop:missing'));
    await simulation.run();
    simulation.chapter('the manifest goes back to what serves');
    simulation.edit(withImage('shop:2'));
    await simulation.run();
    assertGolden('good-update-bad-back', simulation.trace.join('\n'));
  });

  it('keeps the pods of a first delivery that failed, and takes a new attempt for a token', async () => {
    const simulation = await served(scripted, withImage('shop:crashing')(aDeployment()));
    assert.equal(simulation.status.phase, 'Failed');
    simulation.chapter('the crash is mended, and the token asks to try again');
    simulation.script = {};
    simulation.annotate(annotations.retry, '1');
    await simulation.run();
    assertGolden('first-fails-retry', simulation.trace.join('\n'));
  });

  it('calls tools before, after and on a roll-back, once each', async () => {
    const tool = () => ({ state: 'succeeded', message: 'done', content: counts(1) }) as const;
    const simulation = await served({ ...scripted, tool }, withTools());
    simulation.chapter('a version that crashes');
    simulation.edit(withImage('shop:crashing'));
    await simulation.run();
    assertGolden('tools', simulation.trace.join('\n'));
  });

  it('supersedes a delivery in flight', async () => {
    const simulation = await served();
    simulation.chapter('a version whose image is missing');
    simulation.edit(withImage('shop:missing'));
    await simulation.run(30_000);
    simulation.chapter('its fix comes before the deadline');
    simulation.edit(withImage('shop:2'));
    await simulation.run();
    assertGolden('superseded', simulation.trace.join('\n'));
  });
});

describe('the status of a Deployment (B20)', () => {
  for (const [stage, script, manifest, limit] of [
    ['reviewing', { verdict: 'never' }, aDeployment(), 10_000],
    ['rolling-out', { fate: () => 'never-ready' }, aDeployment(), 60_000],
    ['serving', scripted, aDeployment(), undefined],
    ['review-rejected', { verdict: 'reject' }, aDeployment(), undefined],
    ['review-asked', { verdict: 'QuorumMissing', approval: 'never' }, aDeployment(), 60_000],
    ['review-undecided', { verdict: 'QuorumMissing', approval: 'never' }, aDeployment(), 90_000_000],
    [
      'dry-run-refused',
      {
        dryRun: ({ kind }) =>
          kind === 'Pod'
            ? { accepted: false, message: 'pods "shop" is forbidden: violates PodSecurity "restricted:v1.36"' }
            : { accepted: true },
      },
      aDeployment(),
      undefined,
    ],
    [
      'not-supported-yet',
      {},
      aDeployment({ analysis: { metrics: [{ name: 'odd', provider: { anomaly: { query: 'up' } } }] } }),
      undefined,
    ],
    ['tenant-required', { settings: { untenanted: 'Refuse' } }, aDeployment(), undefined],
    ['suspended', {}, aDeployment({ suspend: true }), undefined],
    [
      'tool-failed',
      { tool: () => ({ state: 'succeeded', message: 'scanned', content: counts(7) }) },
      withTools(),
      undefined,
    ],
    [
      'tool-unknown',
      { tool: () => ({ state: 'unknown', message: 'the reply was lost', content: null }) },
      withTools(),
      undefined,
    ],
    ['first-delivery-failed', scripted, withImage('shop:crashing')(aDeployment()), undefined],
  ] as const satisfies readonly (readonly [string, Script, Deployment, number | undefined])[]) {
    it(`reads well while ${stage}`, async () => {
      const simulation = await new Simulation(script, manifest).run(limit);
      assertGolden(`status-${stage}`, stringify(simulation.status, YAML));
    });
  }

  it('reads well when rolled back', async () => {
    const simulation = await served();
    simulation.edit(withImage('shop:missing'));
    await simulation.run();
    assertGolden('status-rolled-back', stringify(simulation.status, YAML));
  });
});

describe('a Deployment at rest', () => {
  it('writes nothing however often it is looked at', async () => {
    const simulation = await served();
    const { length } = simulation.requests;
    for (let hour = 0; hour < 100; hour += 1) {
      simulation.now += 3_600_000;
      await simulation.run();
    }
    assert.equal(simulation.requests.length, length);
  });

  it('costs at most 8 requests to create and 11 to update', async () => {
    const simulation = new Simulation(scripted);
    simulation.identify();
    await simulation.run();
    const created = simulation.requests.length;
    simulation.edit(withImage('shop:2'));
    await simulation.run();
    assert.isAtMost(created, 8, simulation.requests.join('\n'));
    assert.isAtMost(simulation.requests.length - created, 11, simulation.requests.slice(created).join('\n'));
  });

  it('makes no pod and no call for a rejected version however often it is applied again (B9)', async () => {
    const simulation = await served(
      { ...scripted, tool: () => ({ state: 'succeeded', message: '', content: counts(0) }) },
      withTools(),
    );
    simulation.edit(withImage('shop:missing'));
    await simulation.run();
    const objects = simulation.trace.filter((line) => /create (ReplicaSet|Expert)|call /.test(line)).length;
    for (let time = 0; time < 100; time += 1) {
      simulation.edit(withImage('shop:1'));
      await simulation.run();
      await simulation.run();
      simulation.edit(withImage('shop:missing'));
      await simulation.run();
      await simulation.run();
    }
    assert.equal(simulation.trace.filter((line) => /create (ReplicaSet|Expert)|call /.test(line)).length, objects);
    assert.equal(simulation.status.phase, 'RolledBack');
    figure(9, 'a rejected version applied 100 times again: 0 pods, 0 reviews, 0 calls');
  }).timeout(60_000);

  it('stays small however many deliveries it has seen (B20)', async () => {
    const simulation = await served(
      { ...scripted, tool: () => ({ state: 'succeeded', message: 'x'.repeat(400), content: counts(0) }) },
      withTools(),
    );
    for (let time = 0; time < 100; time += 1) {
      simulation.edit(withImage(time % 4 === 0 ? 'shop:missing' : `shop:${time}`));
      await simulation.run();
    }
    const bytes = JSON.stringify(simulation.deployment).length;
    figure(20, `${(bytes / 1024).toFixed(1)} KiB after 100 deliveries, a quarter of them bad`);
    assert.isBelow(bytes, 64 * 1024);
  }).timeout(60_000);

  it('follows replicas at once, up, down, to none and back', async () => {
    const simulation = await served();
    for (const replicas of [5, 1, 0, 3]) {
      simulation.edit((object) => ({ ...object, spec: { ...object.spec, replicas } }));
      await simulation.run();
      assert.deepEqual(Object.values(simulation.sizes()), [replicas]);
      assert.include(simulation.status, { phase: 'Serving', replicas, ready: `${replicas}/${replicas}` });
    }
  });

  it('follows replicas while another version waits for its review', async () => {
    const simulation = await served();
    simulation.script = { ...scripted, verdict: 'never' };
    simulation.edit(withImage('shop:2'));
    await simulation.run(5_000);
    simulation.edit((object) => ({ ...object, spec: { ...object.spec, replicas: 6 } }));
    await simulation.run(5_000);
    assert.deepEqual(Object.values(simulation.sizes()), [6]);
    assert.equal(simulation.status.phase, 'Reviewing');
  });

  it('keeps an autoscaler at its minimum', async () => {
    const simulation = new Simulation(scripted);
    simulation.autoscale(4);
    await simulation.run();
    assert.deepEqual(Object.values(simulation.sizes()), [4]);
  });

  it('mends a ReplicaSet that somebody scaled or deleted', async () => {
    const simulation = await served();
    simulation.meddle(
      'ReplicaSet',
      (set) => ({ ...set, spec: { ...(set as unknown as { spec: object }).spec, replicas: 7 } }) as never,
    );
    await simulation.run();
    assert.deepEqual(Object.values(simulation.sizes()), [2]);
    simulation.meddle('ReplicaSet', () => undefined);
    await simulation.run();
    assert.deepEqual(Object.values(simulation.sizes()), [2]);
    assert.equal(simulation.status.phase, 'Serving');
  });
});

describe('a Deployment that comes back after Orphan', () => {
  const released = async (change: (object: Deployment) => Deployment = (object) => object): Promise<Simulation> => {
    const simulation = await served();
    simulation.meddle('ReplicaSet', ({ metadata: { ownerReferences: _released, ...metadata }, ...set }) => ({
      ...set,
      metadata,
    }));
    simulation.meddle('ControllerRevision', () => undefined);
    simulation.meddle('ExpertConsultation', () => undefined);
    simulation.edit(({ status: _gone, ...object }) => change(object));
    return simulation.run();
  };

  it('takes over the pods that run its template', async () => {
    const simulation = await released();
    assert.equal(simulation.status.phase, 'Serving');
    assert.deepEqual(simulation.sizes(), { 'shop-ec02f7999d': 2 });
    assert.include(simulation.trace.join('\n'), '"ownerReferences":[{"apiVersion":"code-engine.dev/v1alpha1"');
  });

  it('leaves other pods to whom they belong', async () => {
    const simulation = await released(withImage('shop:2'));
    assert.equal(simulation.status.phase, 'Serving');
    assert.notInclude(simulation.trace.join('\n'), 'ownerReferences');
  });
});

describe('tokens and suspend', () => {
  it('abort in flight rejects the version and goes back', async () => {
    const simulation = await served();
    simulation.edit(withImage('shop:missing'));
    await simulation.run(30_000);
    simulation.annotate(annotations.abort, 'stop-1');
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
    assert.deepEqual(simulation.status.handled, { abort: 'stop-1' });
    assert.equal(simulation.status.revisions?.rejected?.[0]?.reason, 'Aborted');
    assert.deepEqual(Object.values(simulation.sizes()).sort(), [0, 2]);
  });

  it('abort and promote at rest are told to be without use', async () => {
    const simulation = await served();
    simulation.annotate(annotations.abort, '1');
    simulation.annotate(annotations.promote, '2');
    await simulation.run();
    assert.deepEqual(simulation.status.handled, { abort: '1', promote: '2' });
    assert.deepEqual(simulation.status.timeline?.slice(-2), [
      '12:00:03 abort: no delivery is under way, so there is nothing to abort',
      '12:00:03 promote: a Rolling delivery has no pause or weight to skip',
    ]);
    assert.equal(simulation.status.phase, 'Serving');
  });

  it('one retry token is one attempt', async () => {
    const simulation = await served();
    simulation.edit(withImage('shop:missing'));
    await simulation.run();
    simulation.annotate(annotations.retry, 'again');
    await simulation.run();
    const consultations = () => simulation.trace.filter((line) => line.includes('create ExpertConsultation')).length;
    assert.equal(consultations(), 3);
    assert.equal(simulation.status.phase, 'RolledBack');
    await simulation.run();
    assert.equal(consultations(), 3);
    assert.deepEqual(simulation.status.handled, { retry: 'again' });
  });

  it('suspend in flight moves nothing and stops the deadline', async () => {
    const simulation = await served();
    simulation.edit(withImage('shop:missing'));
    await simulation.run(30_000);
    const sizes = simulation.sizes();
    simulation.edit((object) => ({ ...object, spec: { ...object.spec, suspend: true } }));
    await simulation.run();
    simulation.now += 7_200_000;
    await simulation.run();
    assert.deepEqual([simulation.sizes(), simulation.status.phase], [sizes, 'Suspended']);
    simulation.edit((object) => ({ ...object, spec: { ...object.spec, suspend: false } }));
    await simulation.run(60_000);
    assert.equal(simulation.status.phase, 'Progressing');
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack');
  });
});

describe('rules that change', () => {
  const quicker = (object: Deployment): Deployment => ({
    ...object,
    spec: { ...object.spec, progressDeadlineSeconds: 60 },
  });

  it('wait for the next delivery while one is under way', async () => {
    const simulation = await served();
    simulation.edit(withImage('shop:missing'));
    await simulation.run(30_000);
    const { plan } = simulation.status;
    simulation.edit(quicker);
    await simulation.run(30_000);
    assert.equal(simulation.status.plan?.hash, plan?.hash);
  });

  it('start nothing where the revision serves', async () => {
    const simulation = await served();
    simulation.edit(quicker);
    const { length } = simulation.trace;
    await simulation.run();
    assert.match(
      simulation.trace.slice(length).join('\n'),
      /^ {2}status Serving .*the changed rules wait for the next delivery/,
    );
  });

  it('start a delivery where the last one was refused', async () => {
    const simulation = await served({ verdict: 'reject' });
    simulation.edit((object) => ({ ...object, spec: { ...object.spec, review: { require: 'none' } } }));
    await simulation.run();
    assert.equal(simulation.status.phase, 'Serving');
  });
});

describe('a crash', () => {
  const tool = () => ({ state: 'succeeded', message: 'done', content: counts(0) }) as const;

  /** Steps of a life with a crash after the n-th effect of every pass until then; undefined: without. */
  async function live(crashAt: number | undefined): Promise<Simulation> {
    const simulation = new Simulation({ ...scripted, tool }, withTools());
    simulation.crashAt = crashAt;
    await simulation.run();
    simulation.edit(withImage('shop:2'));
    await simulation.run();
    simulation.edit(withImage('shop:missing'));
    return simulation.run();
  }

  it('after any effect leads to the same end, and doubles no review and no object', async () => {
    const whole = await live(undefined);
    for (let effect = 1; effect <= whole.effects; effect += 1) {
      const crashed = await live(effect);
      assert.deepEqual(crashed.sizes(), whole.sizes(), `after effect ${effect}`);
      assert.equal(crashed.status.phase, whole.status.phase, `after effect ${effect}`);
      assert.deepEqual(
        [...crashed.objects.keys()].filter((key) => !key.startsWith('Pod/')).sort(),
        [...whole.objects.keys()].filter((key) => !key.startsWith('Pod/')).sort(),
      );
      const keys = calls(crashed).filter((line) => !line.endsWith(' again'));
      assert.equal(keys.length, calls(whole).length, `calls after effect ${effect}:\n${crashed.trace.join('\n')}`);
    }
  }).timeout(60_000);
});
