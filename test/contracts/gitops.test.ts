import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { parse, stringify } from 'yaml';
import type { CanaryStep, Deployment } from '../../operator/api/generated/deployment.ts';
import { annotations } from '../../operator/api/names.ts';
import type { KubeObject } from '../../operator/api/objects.ts';
import { deployment as room } from '../../operator/controllers/deployment/index.ts';
import { act } from '../../operator/core/decision.ts';
import { report } from '../../operator/core/report.ts';
import { type Answer, type HealthExpressions, judge } from '../support/judges.ts';
import { aDeployment, withImage } from '../unit/deployment/builders.ts';
import { anObservation, laws } from '../unit/deployment/observed-builders.ts';
import { type Script, Simulation } from '../unit/deployment/simulation.ts';
import { projectRoot } from '../verbs/project.ts';

const gitops = join(projectRoot, 'config', 'gitops');
const read = (...path: readonly string[]) => readFileSync(join(gitops, ...path), 'utf8');
const ACTIONS = ['retry', 'abort', 'promote'] as const;

interface Judged {
  readonly kstatus: string;
  readonly argo: string;
  readonly strict: string;
  readonly tolerant: string;
}

const IN_PROGRESS = { kstatus: 'InProgress', argo: 'Progressing', strict: 'InProgress', tolerant: 'InProgress' };
const SUSPENDED = { ...IN_PROGRESS, argo: 'Suspended' };
const AT_A_GATE = { ...SUSPENDED, tolerant: 'Current' };
const PROMOTED = { kstatus: 'Current', argo: 'Healthy', strict: 'Current', tolerant: 'Current' };
const FAILED = { kstatus: 'Failed', argo: 'Degraded', strict: 'Failed', tolerant: 'Failed' };

/** A delivery under a script; every version of the object that a watch would have seen. */
class Story {
  readonly versions: Deployment[] = [];
  readonly #simulation: Simulation;

  constructor(script: Script = {}, manifest: Deployment = aDeployment()) {
    this.#simulation = new Simulation(script, manifest);
    this.#simulation.watch = () => this.#see();
  }

  async run(limit?: number): Promise<this> {
    await this.#simulation.run(limit);
    this.#see();
    return this;
  }

  /** Goes on with another image, under another script. */
  async edited(image: string, script: Script, limit?: number): Promise<this> {
    this.#simulation.script = script;
    this.#simulation.edit(withImage(image));
    return this.run(limit);
  }

  async annotated(name: string, limit?: number): Promise<this> {
    this.#simulation.annotate(name, '1');
    return this.run(limit);
  }

  get last(): Deployment {
    return stored(this.#simulation.deployment);
  }

  #see(): void {
    const seen = this.last;
    if (this.versions.at(-1)?.metadata.resourceVersion !== seen.metadata.resourceVersion) this.versions.push(seen);
  }
}

/** As the API server has it: the schema gives every object a status. */
const stored = (object: Deployment): Deployment => ({ status: { observedGeneration: -1 }, ...object });

async function judged(objects: readonly KubeObject[]): Promise<readonly Judged[]> {
  const script = read('argocd', 'health.lua');
  const [strict, tolerant] = [expressionsOf('strict.yaml'), expressionsOf('gate-tolerant.yaml')];
  const answers = await judge(
    objects.flatMap((object) => [
      { judge: 'kstatus' as const, object },
      { judge: 'lua' as const, object, script },
      { judge: 'cel' as const, object, exprs: strict },
      { judge: 'cel' as const, object, exprs: tolerant },
    ]),
  );
  return objects.map((_, index) => {
    const [kstatus, argo, ...flux] = answers.slice(index * 4, index * 4 + 4);
    return { kstatus: said(kstatus), argo: health(argo).status, strict: said(flux[0]), tolerant: said(flux[1]) };
  });
}

const said = (answer: Answer | undefined) => answer?.status ?? `error: ${answer?.error}`;

function health(answer: Answer | undefined): { readonly status: string; readonly message: string } {
  if (answer?.returned === undefined) return { status: `error: ${answer?.error}`, message: '' };
  return answer.returned as ReturnType<typeof health>; // border: what health.lua returns
}

function expressionsOf(file: string): HealthExpressions {
  const { spec } = parse(read('flux', file));
  return spec.healthCheckExprs.find(({ kind }: { kind: string }) => kind === 'Deployment');
}

const scripted: Script = { fate: (image) => (image.includes('missing') ? 'image-pull' : 'ready') };
const canary = (...steps: CanaryStep[]) =>
  aDeployment({ replicas: 4, strategy: { type: 'Canary', canary: { steps } } });
const approve = { approve: { panel: 'release-managers', expiresAfter: '1h' } } as const;
const withTool = aDeployment({ tools: { before: [{ name: 'scan', server: 'security', tool: 'scan_manifest' }] } });

const second = async (script: Script, limit?: number, manifest = aDeployment()) =>
  (await new Story(scripted, manifest).run()).edited('shop:2', script, limit);

const rolledBack = async () => (await second(scripted)).edited('shop:missing', scripted);

const rows: readonly (readonly [string, () => Promise<Story>, Judged])[] = [
  ['under review', () => new Story({ verdict: 'never' }).run(10_000), IN_PROGRESS],
  ['rolled out', () => new Story({ fate: () => 'never-ready' }).run(60_000), IN_PROGRESS],
  ['rolled out over another version', () => second({ fate: () => 'never-ready' }, 60_000), IN_PROGRESS],
  ['paused for a time', () => second({}, 5_000, canary({ weight: 25 }, { pause: { duration: '1h' } })), SUSPENDED],
  ['paused until promoted', () => second({}, 60_000, canary({ weight: 25 }, { pause: {} })), SUSPENDED],
  ['at an approval', () => second({ approval: 'never' }, 60_000, canary({ weight: 25 }, approve)), AT_A_GATE],
  ['suspended in flight', () => new Story({}, aDeployment({ suspend: true })).run(), SUSPENDED],
  ['promoted', () => second(scripted), PROMOTED],
  ['tried only', () => new Story({}, aDeployment({ dryRun: true })).run(), PROMOTED],
  ['refused when it was tried', () => new Story({ verdict: 'reject' }, aDeployment({ dryRun: true })).run(), FAILED],
  ['refused by an approval', () => second({ approval: 'reject' }, 7_200_000, canary({ weight: 25 }, approve)), FAILED],
  ['rejected by the experts', () => new Story({ verdict: 'reject' }).run(), FAILED],
  ['refused by the API server', () => new Story({ dryRun: () => ({ accepted: false, message: 'no' }) }).run(), FAILED],
  [
    'invalid',
    () =>
      new Story(
        {},
        aDeployment({ analysis: { metrics: [{ name: 'odd', provider: { anomaly: { query: 'up' } } }] } }),
      ).run(),
    FAILED,
  ],
  ['without the tenant it needs', () => new Story({ settings: { untenanted: 'Refuse' } }).run(), FAILED],
  [
    'stopped by a tool',
    () => new Story({ tool: () => ({ state: 'failed', message: 'no', content: null }) }, withTool).run(),
    FAILED,
  ],
  ['failed at its first delivery', () => new Story({ fate: () => 'crash' }).run(), FAILED],
  ['rolled back', () => rolledBack(), FAILED],
  [
    'aborted',
    async () => (await second({}, 60_000, canary({ weight: 50 }, { pause: {} }))).annotated(annotations.abort),
    FAILED,
  ],
];

describe('GitOps tools judge a Deployment that is', function () {
  this.timeout(600_000);

  it('unseen: in progress', async () => {
    assert.deepEqual(await judged([stored(aDeployment())]), [IN_PROGRESS]);
  });

  it('edited and not yet looked at: in progress, whatever was said of the spec before', async () => {
    const { last } = await second(scripted);
    const edited = { ...last, metadata: { ...last.metadata, generation: (last.metadata.generation ?? 0) + 1 } };
    assert.deepEqual(await judged([edited]), [IN_PROGRESS]);
  });

  // kstatus takes what has no condition for current: the reason why Ready is written with every observedGeneration.
  it('seen without conditions: in progress, and no script or expression trips over what is missing', async () => {
    const bare = { ...aDeployment(), status: { observedGeneration: 1 } };
    assert.deepEqual(await judged([bare as KubeObject]), [{ ...IN_PROGRESS, kstatus: 'Current' }]);
  });

  it('denied by policy: failed', async () => {
    const object = aDeployment();
    const decision = act('RollingOut', 'about to create', { type: 'record', record: { kind: 'progress' } });
    const verdict = {
      decisionId: 'd',
      allowed: false,
      outcome: 'deny',
      reasons: [],
      warnings: [],
      bundle: 'b',
    } as const;
    const turns = [{ step: 'roll-out', decision, verdict: { ...verdict, step: 'roll-out' }, effects: [] }];
    const trail = { turns, standing: [{ step: 'roll-out', condition: 'RolledOut', decision }] };
    const status = report(room, anObservation({ object }), trail, laws()) as Deployment['status']; // border: the room's fields
    assert.deepEqual(await judged([{ ...object, status } as KubeObject]), [FAILED]);
  });

  for (const [what, tell, expected] of rows) {
    it(`${what}: ${expected.kstatus}, ${expected.argo}`, async () => {
      const { last } = await tell();
      assert.deepEqual(await judged([last]), [expected], last.status?.message);
    });
  }

  it('rolling back: in progress, never failed before it is over', async () => {
    const { versions } = await rolledBack();
    const back = versions.filter(({ status }) => status?.phase === 'RollingBack');
    assert.isNotEmpty(back);
    assert.deepEqual(
      await judged(back),
      back.map(() => IN_PROGRESS),
    );
  });
});

describe('every stored version of a delivery', function () {
  this.timeout(600_000);

  for (const [what, tell] of rows) {
    it(`of one that is ${what} is judged alike by kstatus, Argo CD and Flux, and Current only when what was asked for is done`, async () => {
      const { versions } = await tell();
      const told = await judged(versions);
      assert.isNotEmpty(versions);
      const expected = versions.map(({ metadata, status }) => {
        const seen = status?.observedGeneration === metadata.generation;
        const phase = seen ? status?.phase : undefined;
        if (phase === 'Serving' || phase === 'DryRun') return PROMOTED;
        if (phase === 'Failed' || phase === 'RolledBack') return FAILED;
        if (phase === 'Suspended') return SUSPENDED;
        if (phase !== 'Paused') return IN_PROGRESS;
        const ready = status?.conditions?.find(({ type }) => type === 'Ready');
        return ready?.reason === 'WaitingForApproval' ? AT_A_GATE : SUSPENDED;
      });
      assert.deepEqual(told, expected);
    });
  }
});

describe('the Argo CD configuration', function () {
  this.timeout(600_000);

  it('holds the scripts and types in the keys that Argo CD reads', () => {
    const file = join(gitops, 'argocd', 'argocd-cm.yaml');
    const text = `${HEAD}${stringify(configMap(), { lineWidth: 0 })}`;
    if (process.env['UPDATE_GOLDENS'] === '1') writeFileSync(file, text);
    assert.equal(readFileSync(file, 'utf8'), text);
  });

  it('tells people what status.message tells', async () => {
    const { last } = await rolledBack();
    const [answer] = await judge([{ judge: 'lua', object: last, script: read('argocd', 'health.lua') }]);
    assert.deepEqual(health(answer), { status: 'Degraded', message: last.status?.message ?? '' });
  });

  it('offers an action where it can do something', async () => {
    const paused = second({}, 60_000, canary({ weight: 25 }, { pause: {} }));
    const gated = second({ approval: 'never' }, 60_000, canary({ weight: 25 }, approve));
    const stories = await Promise.all([second(scripted), paused, gated, rolledBack()]);
    const script = read('argocd', 'actions', 'discovery.lua');
    const answers = await judge([
      { judge: 'lua', object: aDeployment(), script },
      ...stories.map(({ last }) => ({ judge: 'lua' as const, object: last, script })),
    ]);
    const offered = (...names: readonly string[]) => ({
      returned: Object.fromEntries(ACTIONS.map((name) => [name, { disabled: !names.includes(name) }])),
    });
    assert.deepEqual(answers, [offered(), offered(), offered('abort', 'promote'), offered('abort'), offered('retry')]);
  });

  for (const action of ACTIONS) {
    it(`sets the token ${action} to the time, and nothing else`, async () => {
      const old = { [annotations[action]]: 'before', mine: 'kept' };
      const plain = aDeployment();
      const noted = { ...plain, metadata: { ...plain.metadata, annotations: old } };
      const script = read('argocd', 'actions', action, 'action.lua');
      const answers = await judge([plain, noted].map((object) => ({ judge: 'lua' as const, object, script })));
      for (const [index, before] of [plain, noted].entries()) {
        const after = answers[index]?.returned as Deployment; // border: the object as the script changed it
        const token = after.metadata.annotations?.[annotations[action]] ?? '';
        assert.match(token, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
        const wanted = { ...before.metadata.annotations, [annotations[action]]: token };
        assert.deepEqual(after, { ...before, metadata: { ...before.metadata, annotations: wanted } });
      }
    });
  }
});

const HEAD = `# kubectl patch -n argocd configmap argocd-cm --patch-file config/gitops/argocd/argocd-cm.yaml
# Made from the Lua files beside it: UPDATE_GOLDENS=1 npm test -- --level=contracts
`;

function configMap(): object {
  const healthLua = read('argocd', 'health.lua');
  const definitions = ACTIONS.map((name) => ({ name, 'action.lua': read('argocd', 'actions', name, 'action.lua') }));
  const actions = { 'discovery.lua': read('argocd', 'actions', 'discovery.lua'), definitions };
  const key = (section: string, kind: string) => `resource.customizations.${section}.code-engine.dev_${kind}`;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'argocd-cm', namespace: 'argocd', labels: { 'app.kubernetes.io/part-of': 'argocd' } },
    data: {
      [key('health', 'Deployment')]: healthLua,
      [key('health', 'ExpertConsultation')]: healthLua,
      [key('health', 'Tenant')]: healthLua,
      [key('actions', 'Deployment')]: stringify(actions, { lineWidth: 0 }),
      [key('knownTypeFields', 'Deployment')]: stringify([{ field: 'spec.template.spec', type: 'core/v1/PodSpec' }]),
    },
  };
}
