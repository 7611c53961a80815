import { assert } from 'chai';
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import { annotations, labels } from '../../../operator/api/names.ts';
import type {
  HttpRoute,
  ReplicaSet,
  RoleBinding,
  Service,
} from '../../../operator/controllers/deployment/cluster-objects.ts';
import { aDeployment } from './builders.ts';
import { type Script, Simulation } from './simulation.ts';

const MINUTE = 60_000;
const fate = (image: string) => (image.includes('missing') ? 'image-pull' : 'ready');

const withVersion =
  (version: string) =>
  (object: Deployment): Deployment => {
    const containers = [{ name: 'web', image: `shop:${version}`, ports: [{ name: 'http', containerPort: 8080 }] }];
    return { ...object, spec: { ...object.spec, template: { ...object.spec.template, spec: { containers } } } };
  };

const blueGreen = (): Deployment =>
  withVersion('1')(
    aDeployment({
      replicas: 2,
      strategy: { type: 'BlueGreen', blueGreen: { activeService: 'shop', autoPromote: false } },
    }),
  );

const routed = (): Deployment =>
  withVersion('1')(
    aDeployment({
      replicas: 4,
      strategy: {
        type: 'Canary',
        canary: {
          stableService: 'shop',
          canaryService: 'shop-canary',
          traffic: { httpRoute: { generate: { parentRefs: [{ name: 'edge' }] } } },
          steps: [{ weight: 25 }, { pause: {} }],
        },
      },
    }),
  );

async function served(manifest = blueGreen(), script: Script = {}): Promise<Simulation> {
  const simulation = await new Simulation({ fate, ...script }, manifest).run();
  assert.equal(simulation.status.phase, 'Serving', simulation.trace.slice(-9).join('\n'));
  return simulation;
}

const astray = (one: Service): Service => ({
  ...one,
  spec: { ...one.spec, selector: { ...one.spec.selector, [labels.revision]: 'another' } },
});
const isAstray = ({ spec }: Service) => spec.selector?.[labels.revision] === 'another';
const shop = (simulation: Simulation) => simulation.objects.get('Service/shop') as Service;

/** Somebody leads the Service elsewhere, once. */
const hijack = (simulation: Simulation, manager = 'istio-pilot') =>
  simulation.meddle('Service', (one) => (one.metadata.name === 'shop' ? astray(one as Service) : one), manager);

/** Somebody does so whenever it is put right. */
const fight = (simulation: Simulation) => {
  simulation.watch = () => {
    if (!isAstray(shop(simulation))) hijack(simulation);
  };
};

const scaled = (replicas: number) => (one: object) =>
  ({ ...one, spec: { ...(one as ReplicaSet).spec, replicas } }) as ReplicaSet;

const told = (simulation: Simulation) =>
  (simulation.status.timeline ?? []).filter((line) => line.includes(' drift: ')).map((line) => line.slice(16));
const condition = (simulation: Simulation, type: string) => {
  const { status, reason } = simulation.status.conditions?.find((one) => one.type === type) ?? {};
  return status === undefined ? undefined : `${status} ${reason}`;
};
/** Of this run, by minute, how often the selector was put right. */
const repairs = (simulation: Simulation) =>
  simulation.trace.filter((line) => line.includes('patch Service shop ')).map((line) => line.slice(0, 8));

describe('a child that somebody else changed', () => {
  it('is put right, and who changed what is told once', async () => {
    const simulation = await served();
    hijack(simulation);
    await simulation.run();
    assert.isFalse(isAstray(shop(simulation)));
    assert.deepEqual(told(simulation), ['Service shop was put right: istio-pilot had changed spec.selector']);
    assert.equal(simulation.status.phase, 'Serving');
  });

  it('is a ReplicaSet that was scaled by hand', async () => {
    const simulation = await served(aDeployment());
    simulation.meddle('ReplicaSet', scaled(7), 'kubectl');
    await simulation.run(5_000);
    assert.deepEqual(told(simulation), ['ReplicaSet shop-ec02f7999d was put right: kubectl had changed spec.replicas']);
    assert.deepEqual(Object.values(simulation.sizes()), [2]);
  });

  it('is a route of ours', async () => {
    const simulation = await served(routed());
    simulation.edit(withVersion('2'));
    await simulation.run();
    simulation.meddle(
      'HTTPRoute',
      (one) => ({ ...one, spec: { ...(one as HttpRoute).spec, rules: [] } }) as HttpRoute,
      'kubectl-patch',
    );
    await simulation.run(5_000);
    assert.deepEqual(told(simulation), ['HTTPRoute shop was put right: kubectl-patch had changed spec.rules']);
  });

  it('is the binding of the identity that work is written under', async () => {
    const simulation = await served(aDeployment());
    const subjects = [{ kind: 'User', name: 'mallory' }];
    simulation.meddle(
      'RoleBinding',
      (one) => (one.metadata.name === 'code-tenant-workload' ? { ...(one as RoleBinding), subjects } : one),
      'kubectl-edit',
    );
    await simulation.pass();
    await simulation.run(5_000);
    assert.deepEqual(told(simulation), [
      'RoleBinding code-tenant-workload was put right: kubectl-edit had changed subjects',
    ]);
    assert.notDeepEqual((simulation.objects.get('RoleBinding/code-tenant-workload') as RoleBinding).subjects, subjects);
  });

  it('is no child that only moved with us: sizes that somebody wrote as we want them are left', async () => {
    const simulation = await served(aDeployment());
    simulation.meddle('ReplicaSet', scaled(2), 'kubectl');
    await simulation.run();
    assert.deepEqual(told(simulation), []);
  });
});

describe('a child that somebody deleted', () => {
  const lost = async (kind: string, manifest = aDeployment()) => {
    const simulation = await served(manifest);
    simulation.meddle(kind, () => undefined);
    await simulation.pass();
    await simulation.run(5_000);
    return told(simulation);
  };

  it('is a ReplicaSet', async () => {
    assert.deepEqual(await lost('ReplicaSet'), ['ReplicaSet shop-ec02f7999d was made again: it had been deleted']);
  });

  it('is a Service of ours', async () => {
    assert.deepEqual(await lost('Service', blueGreen()), ['Service shop was made again: it had been deleted']);
  });

  it('is a route of ours', async () => {
    assert.deepEqual(await lost('HTTPRoute', routed()), ['HTTPRoute shop was made again: it had been deleted']);
  });

  it('is the plan that is kept', async () => {
    assert.match(
      (await lost('ControllerRevision')).join(),
      /^ControllerRevision shop-\w+ was made again: it had been deleted$/,
    );
  });

  it('is the identity that work is written under', async () => {
    assert.deepEqual(await lost('ServiceAccount'), ['ServiceAccount code-tenant was made again: it had been deleted']);
  });

  it('is none that a cache has not seen yet', async () => {
    const simulation = await served(blueGreen());
    const service = shop(simulation);
    simulation.objects.delete('Service/shop');
    simulation.guard = () => void simulation.objects.set('Service/shop', service);
    await simulation.pass();
    assert.deepEqual(told(simulation), []);
    assert.isUndefined(simulation.status.drift);
  });
});

describe('a child that somebody changes again and again', () => {
  it('is put right three times, then after longer and longer waits, and that is told', async () => {
    const simulation = await served();
    simulation.chapter('a fight');
    const before = repairs(simulation).length;
    fight(simulation);
    await simulation.run(45 * MINUTE);
    const clock = repairs(simulation).slice(before);
    const minutes = clock.map((time) =>
      Math.round((Date.parse(`2026-11-02T${time}Z`) - Date.parse(`2026-11-02T${clock[0]}Z`)) / MINUTE),
    );
    assert.deepEqual(minutes, [0, 0, 0, 1, 3, 7, 15, 25, 35, 45]);
    assert.equal(condition(simulation, 'Contested'), 'True DriftRepaired');
    assert.equal(condition(simulation, 'Ready'), 'False Contested');
    assert.equal(condition(simulation, 'Stalled'), 'True Contested');
    assert.match(
      simulation.status.message ?? '',
      /; Service shop: istio-pilot changed spec\.selector 3 times within 10 minutes; it is not put right again before \S+Z; let istio-pilot leave spec\.selector out/,
    );
    assert.lengthOf(simulation.status.drift ?? [], 1);
    assert.lengthOf(simulation.status.drift?.[0]?.repairs ?? [], 3);
  });

  for (const kind of ['Service', 'ReplicaSet', 'ControllerRevision', 'ServiceAccount'] as const) {
    it(`is left where it is deleted again and again: ${kind}`, async () => {
      const simulation = await served();
      const made = () => simulation.trace.filter((line) => line.includes(`${kind} `) && / (create|apply) /.test(line));
      const before = made().length;
      simulation.watch = () => simulation.meddle(kind, () => undefined);
      await simulation.run(4 * MINUTE);
      assert.equal(condition(simulation, 'Contested'), 'True DriftRepaired');
      // Three at once, and after one minute, and two more.
      assert.lengthOf(made().slice(before), 5);
      assert.match(simulation.status.message ?? '', /somebody deleted it 3 times within 10 minutes/);
      simulation.watch = undefined;
      await simulation.run();
      assert.equal(simulation.status.phase, 'Serving');
      assert.isUndefined(simulation.status.drift);
    });
  }

  it('is left too where what others wrote has nothing of ours in it', async () => {
    const simulation = await served();
    const mine = { app: 'mine' };
    const before = repairs(simulation).length;
    simulation.watch = () => {
      if (shop(simulation).spec.selector?.['app'] === 'mine') return;
      simulation.meddle(
        'Service',
        (one) => ({ ...one, spec: { ...(one as Service).spec, selector: mine } }) as Service,
      );
    };
    await simulation.run(4 * MINUTE);
    assert.lengthOf(repairs(simulation).slice(before), 5);
  });

  it('writes nothing while it is left as it is', async () => {
    const simulation = await served();
    fight(simulation);
    await simulation.run(30_000);
    const before = simulation.requests.length;
    for (let pass = 0; pass < 20; pass += 1) await simulation.pass();
    assert.deepEqual(simulation.requests.slice(before), []);
  });

  it('is remembered by whoever takes over from the process that counted', async () => {
    const simulation = await served();
    hijack(simulation);
    await simulation.run(10_000);
    const next = new Simulation({ fate });
    for (const [key, object] of simulation.objects) next.objects.set(key, object);
    next.now = simulation.now;
    assert.lengthOf(next.status.drift?.[0]?.repairs ?? [], 1);
    fight(next);
    await next.run(30_000);
    assert.equal(condition(next, 'Contested'), 'True DriftRepaired');
    assert.lengthOf(repairs(next), 2);
  });

  it('is forgotten after ten quiet minutes, and then nothing is written any more', async () => {
    const simulation = await served();
    fight(simulation);
    await simulation.run(30_000);
    simulation.watch = undefined;
    await simulation.run(5 * MINUTE);
    assert.equal(simulation.status.phase, 'Serving');
    assert.isFalse(isAstray(shop(simulation)));
    assert.equal(condition(simulation, 'Contested'), 'True DriftRepaired');
    await simulation.run();
    assert.isUndefined(condition(simulation, 'Contested'));
    assert.isUndefined(simulation.status.drift);
    const before = simulation.requests.length;
    await simulation.pass();
    assert.lengthOf(simulation.requests, before);
  });

  it('is none where the changes are far apart', async () => {
    const simulation = await served();
    for (let time = 0; time < 6; time += 1) {
      hijack(simulation);
      await simulation.run(MINUTE);
      simulation.now += 5 * MINUTE;
    }
    assert.isUndefined(condition(simulation, 'Contested'));
    assert.lengthOf(repairs(simulation), 6);
  });

  it('holds a roll-out, which is given up at its progress deadline, and the way back moves it at once', async () => {
    const simulation = await served();
    simulation.edit(withVersion('2'));
    await simulation.run(10_000);
    assert.equal(simulation.status.phase, 'Paused', simulation.status.message);
    fight(simulation);
    await simulation.run(30_000);
    assert.equal(condition(simulation, 'Ready'), 'Unknown Contested');
    const before = repairs(simulation).length;
    await simulation.run(11 * MINUTE);
    assert.equal(simulation.status.revisions?.rejected?.[0]?.reason, 'Contested');
    assert.isAbove(repairs(simulation).length, before);
    simulation.watch = undefined;
    await simulation.run();
    assert.equal(simulation.status.phase, 'RolledBack', simulation.status.message);
    assert.include(simulation.status.message, '(Contested): Service shop: istio-pilot changed spec.selector 3 times');
    assert.isFalse(isAstray(shop(simulation)));
  });

  it('leaves a roll-out that began after it a whole progress deadline', async () => {
    const simulation = await served();
    fight(simulation);
    await simulation.run(25 * MINUTE);
    simulation.edit(withVersion('2'));
    const ends = async () => {
      await simulation.run(MINUTE);
      const [rejected] = simulation.status.revisions?.rejected ?? [];
      const started = simulation.status.steps?.find(({ name }) => name === 'roll-out')?.startedAt;
      return rejected && { reason: rejected.reason, after: Date.parse(rejected.at) - Date.parse(started ?? '') };
    };
    let ended = await ends();
    for (let minute = 0; ended === undefined && minute < 30; minute += 1) {
      simulation.now += MINUTE;
      ended = await ends();
    }
    assert.equal(ended?.reason, 'Contested');
    assert.isAtLeast(ended?.after ?? 0, 10 * MINUTE);
  });

  it('is put right again and again while a person is to decide what becomes of the roll-out', async () => {
    const simulation = await served({ ...blueGreen(), spec: { ...blueGreen().spec, rollback: { automatic: false } } });
    simulation.edit(withVersion('2'));
    await simulation.run(10_000);
    fight(simulation);
    await simulation.run(16 * MINUTE);
    assert.equal(condition(simulation, 'Ready'), 'Unknown WaitingForDecision');
    const before = repairs(simulation).length;
    await simulation.run(25 * MINUTE);
    assert.isAtLeast(repairs(simulation).length, before + 2);
  });

  it('lets an abort through, however often it was contested before', async () => {
    const simulation = await served();
    simulation.edit(withVersion('2'));
    await simulation.run(10_000);
    fight(simulation);
    await simulation.run(30_000);
    simulation.watch = undefined;
    simulation.now += 10_000;
    simulation.annotate(annotations.abort, '1');
    await simulation.run(5_000);
    assert.isFalse(isAstray(shop(simulation)));
  });
});
