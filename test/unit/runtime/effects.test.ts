import { assert } from 'chai';
import {
  Bug,
  type CodeError,
  Conflict,
  Denied,
  InvalidSpec,
  NotFound,
  Upstream,
} from '../../../operator/api/errors.ts';
import type { KubeObject } from '../../../operator/api/objects.ts';
import {
  type ActionOf,
  type ActionType,
  type AskExperts,
  type CallTool,
  type ExpertAnswer,
  OPERATOR,
  type Outcomes,
} from '../../../operator/core/action.ts';
import type { ConsensusEngine } from '../../../operator/ports/consensus.ts';
import type { ExpertProvider } from '../../../operator/ports/experts.ts';
import type { PerformContext } from '../../../operator/runtime/perform.ts';
import { type EffectDoors, performers } from '../../../operator/runtime/performers.ts';
import { RecordedCluster } from '../../support/recorded-cluster.ts';
import { RecordedMetrics } from '../../support/recorded-metrics.ts';
import { thrownBy } from '../../support/thrown-by.ts';

const tenant = { kind: 'service-account', namespace: 'acme', name: 'code-tenant' } as const;
const owner = {
  apiVersion: 'code-engine.dev/v1alpha1',
  kind: 'Deployment',
  name: 'shop',
  uid: 'u-1',
  controller: true,
};

const replicaSet = (over: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: 'shop-1',
    namespace: 'acme',
    labels: { 'code-engine.dev/revision': 'r1' },
    ownerReferences: [owner],
    ...over,
  },
});
const reference = { resource: 'ReplicaSet', namespace: 'acme', name: 'shop-1' } as const;

interface Doors {
  readonly providers?: readonly ExpertProvider[];
  readonly call?: (action: CallTool, signal: AbortSignal) => Promise<Outcomes['call-tool']>;
  readonly consensus?: ConsensusEngine;
}

class Rig {
  readonly cluster = new RecordedCluster();
  readonly metrics = new RecordedMetrics();
  readonly stop = new AbortController();
  readonly lent: string[] = [];
  readonly #doors: Doors;

  constructor(doors: Doors = {}) {
    this.#doors = doors;
  }

  perform<Type extends ActionType>(action: ActionOf<Type>): Promise<Outcomes[Type]> {
    const { providers = [], call = async () => ({ state: 'failed', message: '', content: null }) } = this.#doors;
    const consensus = this.#doors.consensus ?? {
      decide: () => ({ outcome: 'refusal', reason: '', field: '', message: '' }),
    };
    const doors = { tools: { call }, experts: providers, consensus, metrics: this.metrics };
    // border: the doors, and the answers, that no test here asks for
    const all = performers(this.cluster, this.cluster, doors as unknown as EffectDoors);
    const context: PerformContext = {
      room: 'deployment',
      fieldManager: 'code-deployment',
      signal: this.stop.signal,
      lend: (work) => {
        this.lent.push('lent');
        return work();
      },
    };
    // The pair of performer and action is correlated by `type`, which TypeScript cannot follow through an index.
    return all[action.type as Type]({ ...action }, context) as Promise<Outcomes[Type]>;
  }

  fail(verb: 'apply' | 'create' | 'mergePatch' | 'delete', error: CodeError): this {
    this.cluster.failures.push({ verb, error });
    return this;
  }
}

describe('apply-object (R29)', () => {
  const apply = { type: 'apply-object', object: replicaSet(), as: tenant } as const;

  it('applies the full intent with its hash, as the identity and manager given', async () => {
    const rig = new Rig();
    const { written, object } = await rig.perform(apply);
    assert.isTrue(written);
    assert.match(object.metadata.annotations?.['code-engine.dev/intent'] ?? '', /^[0-9a-f]{16}$/);
    const [call] = rig.cluster.calls;
    assert.deepEqual(
      { as: call?.options.as, manager: call?.options.fieldManager },
      { as: tenant, manager: 'code-deployment' },
    );
  });

  it('writes nothing where live equals the intent (R33)', async () => {
    const rig = new Rig();
    await rig.perform(apply);
    const again = await rig.perform(apply);
    assert.isFalse(again.written);
    assert.deepEqual(rig.cluster.told, ['apply ReplicaSet/shop-1']);
  });

  it('writes again when a leaf has drifted, when a field was removed from the intent, and when live is going', async () => {
    const rig = new Rig();
    const first = await rig.perform(apply);
    rig.cluster.put({
      ...first.object,
      metadata: { ...first.object.metadata, labels: { 'code-engine.dev/revision': 'x' } },
    });
    assert.isTrue((await rig.perform(apply)).written);
    const fewer = replicaSet({ ownerReferences: [] });
    assert.isTrue((await rig.perform({ ...apply, object: fewer })).written, 'the hash tells removed fields');
    rig.cluster.put(replicaSet({ deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x/y'] }));
    await rig.perform(apply);
    assert.lengthOf(rig.cluster.calls, 4);
  });

  it('counts an apply that changed nothing: there must be none', async () => {
    const rig = new Rig();
    await rig.perform(apply);
    const live = rig.cluster.get<KubeObject>(reference);
    if (live === undefined) throw new Error('it was applied');
    rig.cluster.apply = async <T>() => live as T; // border: the test's own object
    rig.cluster.get = <T>() => ({ ...live, kind: 'Stale', metadata: { ...live.metadata, labels: {} } }) as T; // border: as above
    assert.deepEqual(await rig.perform(apply), { object: live, written: false });
    assert.deepEqual([...rig.metrics.counts], [['code_noop_writes_total', 1]]);
  });

  it('fails as the API server answers', async () => {
    const error = new Denied('Forbidden', 'no');
    assert.equal(await thrownBy(new Rig().fail('apply', error).perform(apply)), error);
  });
});

describe('create-object', () => {
  const create = { type: 'create-object', object: replicaSet(), as: tenant } as const;

  it('creates', async () => {
    const rig = new Rig();
    const { adopted, object } = await rig.perform(create);
    assert.isFalse(adopted);
    assert.equal(object.metadata.uid, 'u-shop-1');
  });

  it('adopts what an earlier attempt of ours made', async () => {
    const rig = new Rig();
    const live = rig.cluster.put(replicaSet({ uid: 'u-2' }));
    assert.deepEqual(await rig.perform(create), { object: live, adopted: true });
  });

  const foreign: Readonly<Record<string, Partial<KubeObject['metadata']>>> = {
    'another controller': { ownerReferences: [{ ...owner, name: 'other', uid: 'u-9' }] },
    'nobody, and it says something else': { ownerReferences: [], labels: { app: 'bank' } },
    'an owner that does not control it': { ownerReferences: [{ ...owner, controller: false }] },
    'another revision': { labels: { 'code-engine.dev/revision': 'r2' } },
  };
  for (const [whose, over] of Object.entries(foreign)) {
    it(`refuses a name taken by ${whose}, and says what to do`, async () => {
      const rig = new Rig();
      rig.cluster.put(replicaSet(over));
      const error = await thrownBy(rig.perform(create));
      assert.instanceOf(error, InvalidSpec);
      assert.equal(error.reason, 'NameTaken');
      assert.equal(error.message, 'ReplicaSet shop-1 exists and belongs to somebody else; delete or rename it');
    });
  }

  it('never adopts by the lack of an owner: an object without one is ours by nothing', async () => {
    const rig = new Rig();
    const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'acme' } };
    rig.cluster.put({ ...namespace, metadata: { name: 'acme', labels: { team: 'somebody' } } });
    const error = await thrownBy(rig.perform({ type: 'create-object', object: namespace, as: OPERATOR }));
    assert.equal(error.reason, 'NameTaken');
  });

  it('looks again when the one of that name is on its way out, though it was ours, or gone', async () => {
    const leaving: readonly Partial<KubeObject['metadata']>[] = [
      { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x/y'] },
      { ownerReferences: [{ ...owner, uid: 'u-9' }] },
    ];
    for (const over of leaving) {
      const rig = new Rig();
      rig.cluster.put(replicaSet(over));
      const { reason, retry } = await thrownBy(rig.perform(create));
      assert.deepEqual({ reason, retry }, { reason: 'PredecessorLeaving', retry: { afterMilliseconds: 1_000 } });
    }
    const gone = new Rig().fail('create', new Conflict('AlreadyExists', 'it exists'));
    assert.equal((await thrownBy(gone.perform(create))).reason, 'AlreadyExists');
  });

  it('fails as the API server answers', async () => {
    for (const error of [
      new Denied('Forbidden', 'no'),
      new Conflict('Conflict', 'x'),
      new Upstream('ServerError', 'x'),
    ]) {
      assert.equal(await thrownBy(new Rig().fail('create', error).perform(create)), error);
    }
  });
});

describe('patch-object', () => {
  const patch = {
    type: 'patch-object',
    target: reference,
    resourceVersion: '101',
    patch: { spec: { replicas: 2 } },
    as: tenant,
  } as const;

  it('carries the version it was decided on', async () => {
    const rig = new Rig();
    rig.cluster.put(replicaSet());
    const { object } = await rig.perform(patch);
    assert.nestedInclude(object, { 'spec.replicas': 2 });
    assert.deepEqual(rig.cluster.calls[0]?.body, { spec: { replicas: 2 }, metadata: { resourceVersion: '101' } });
  });

  it('keeps what it changes in metadata', async () => {
    const rig = new Rig();
    rig.cluster.put(replicaSet());
    await rig.perform({ ...patch, patch: { metadata: { ownerReferences: null } } });
    assert.deepEqual(rig.cluster.calls[0]?.body, { metadata: { ownerReferences: null, resourceVersion: '101' } });
  });

  it('is a conflict after another write, and fails on what is gone', async () => {
    const rig = new Rig();
    assert.instanceOf(await thrownBy(rig.perform(patch)), NotFound);
    rig.cluster.put(replicaSet());
    rig.cluster.put(replicaSet({ labels: {} }));
    assert.instanceOf(await thrownBy(rig.perform(patch)), Conflict);
  });
});

describe('delete-object', () => {
  const remove = {
    type: 'delete-object',
    target: reference,
    uid: 'u-2',
    propagation: 'Background',
    as: tenant,
  } as const;

  it('deletes the one it means', async () => {
    const rig = new Rig();
    rig.cluster.put(replicaSet({ uid: 'u-2' }));
    assert.deepEqual(await rig.perform({ ...remove, resourceVersion: '101' }), {});
    assert.deepEqual(rig.cluster.calls[0]?.body, { uid: 'u-2', resourceVersion: '101', propagation: 'Background' });
    assert.isUndefined(rig.cluster.get(reference));
  });

  it('leaves alone a later one of the same name, and one that changed since', async () => {
    const rig = new Rig();
    rig.cluster.put(replicaSet({ uid: 'u-3' }));
    assert.instanceOf(await thrownBy(rig.perform(remove)), Conflict);
    assert.instanceOf(await thrownBy(rig.perform({ ...remove, uid: 'u-3', resourceVersion: '7' })), Conflict);
    assert.isDefined(rig.cluster.get(reference));
  });

  it('is done when it is gone already', async () => {
    assert.deepEqual(await new Rig().perform(remove), {});
  });

  it('fails as the API server answers', async () => {
    const error = new Denied('Forbidden', 'no');
    assert.equal(await thrownBy(new Rig().fail('delete', error).perform(remove)), error);
  });
});

describe('dry-run-object', () => {
  const dryRun = { type: 'dry-run-object', object: replicaSet(), as: tenant } as const;

  it('asks the API server and writes nothing', async () => {
    const rig = new Rig();
    assert.deepEqual(await rig.perform(dryRun), { accepted: true });
    assert.isTrue(rig.cluster.calls[0]?.options.dryRun);
    assert.isUndefined(rig.cluster.get(reference));
  });

  it('is accepted where the object stands already', async () => {
    const rig = new Rig();
    rig.cluster.put(replicaSet());
    assert.deepEqual(await rig.perform(dryRun), { accepted: true });
  });

  it('takes a refusal of schema or admission as its answer', async () => {
    for (const error of [new InvalidSpec('Invalid', 'spec.x is wrong'), new Denied('Forbidden', 'exceeded quota')]) {
      const answer = await new Rig().fail('create', error).perform(dryRun);
      assert.deepEqual(answer, { accepted: false, message: error.message });
    }
  });

  it('fails when the API server cannot say, or the right is missing', async () => {
    const refused = 'User "x" cannot create resource "replicasets" in API group "apps"';
    for (const error of [
      new Denied('Forbidden', refused),
      new Upstream('ServerError', 'busy'),
      new Conflict('Conflict', 'x'),
      new NotFound('NotFound', 'no namespace'),
    ]) {
      assert.equal(await thrownBy(new Rig().fail('create', error).perform(dryRun)), error);
    }
  });
});

describe('call-tool', () => {
  const call: CallTool = {
    type: 'call-tool',
    name: 'scan',
    server: 's',
    tool: 't',
    arguments: { a: 1 },
    key: 'k',
    timeout: 5,
    as: tenant,
  };

  it('calls with a worker lent, and returns what the tool said', async () => {
    const said = { state: 'succeeded', message: 'clean', content: { findings: [] } } as const;
    const rig = new Rig({ call: async (action) => (action.key === 'k' ? said : { ...said, state: 'failed' }) });
    assert.deepEqual(await rig.perform(call), said);
    assert.lengthOf(rig.lent, 1);
  });

  it("stops with its pass (R27): its own deadline is the tool caller's", async () => {
    const stopped = (signal: AbortSignal) =>
      new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Upstream('Stopped', String(signal.reason))));
      });
    const rig = new Rig({ call: (_action, signal) => stopped(signal) });
    const running = thrownBy(rig.perform(call));
    rig.stop.abort('the pass is over');
    assert.equal((await running).message, 'the pass is over');
  });
});

describe('ask-experts', () => {
  const question = {
    digest: 'd',
    title: 't',
    text: 'x',
    constraints: [],
    answerKind: 'choice',
    options: [],
    evidence: [],
  } as const;
  const panel = (...providers: readonly string[]): AskExperts => ({
    type: 'ask-experts',
    question,
    experts: providers.map((provider) => ({ name: `e-${provider}`, provider })),
    timeout: 60_000,
  });
  const answered = (expert: string, provider: string): ExpertAnswer => ({
    expert,
    provider,
    kind: 'llm',
    state: 'Answered',
    answer: 'approve',
    rationale: '',
    findings: [],
    version: '1',
    latency: 1,
  });

  it('asks all at once, each its provider, with a worker lent', async () => {
    let together = 0;
    const both = Promise.withResolvers<void>();
    const provider: ExpertProvider = {
      name: 'p',
      ask: async (expert) => {
        together += 1;
        if (together === 2) both.resolve();
        await both.promise;
        return answered(expert.name, expert.provider);
      },
    };
    const rig = new Rig({ providers: [provider] });
    assert.deepEqual(await rig.perform(panel('p/a', 'p/b')), {
      answers: [answered('e-p/a', 'p/a'), answered('e-p/b', 'p/b')],
    });
    assert.lengthOf(rig.lent, 1);
  });

  it('says of an expert that nobody provides that it failed', async () => {
    const { answers } = await new Rig().perform(panel('nobody'));
    assert.deepInclude(answers[0], { expert: 'e-nobody', state: 'Failed', error: 'no provider nobody is configured' });
  });

  it('waits for nobody beyond the deadline: who is late has failed, who answered counts', async () => {
    const providers: readonly ExpertProvider[] = [
      { name: 'quick', ask: async (expert) => answered(expert.name, expert.provider) },
      { name: 'deaf', ask: () => new Promise(() => {}) },
      {
        name: 'listening',
        ask: (_expert, _question, signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      },
    ];
    const { answers } = await new Rig({ providers }).perform({ ...panel('quick', 'deaf', 'listening'), timeout: 20 });
    assert.deepEqual(
      answers.map(({ state, error }) => ({ state, error })),
      [
        { state: 'Answered', error: undefined },
        { state: 'Failed', error: 'gave no answer within 0.02 s' },
        { state: 'Failed', error: 'gave no answer within 0.02 s' },
      ],
    );
  });

  it('is stopped with its pass (R27)', async () => {
    const rig = new Rig({ providers: [{ name: 'deaf', ask: () => new Promise(() => {}) }] });
    const running = thrownBy(rig.perform(panel('deaf')));
    const reason = new Upstream('Stopped', 'the pass is over');
    rig.stop.abort(reason);
    assert.equal(await running, reason);
  });

  it('fails by a provider that is broken: that is a bug, not an answer', async () => {
    const bug = new Bug('Broken', 'x');
    const rig = new Rig({ providers: [{ name: 'p', ask: () => Promise.reject(bug) }] });
    assert.equal(await thrownBy(rig.perform(panel('p'))), bug);
  });
});

describe('weigh-answers', () => {
  const weigh = { type: 'weigh-answers', request: {} } as unknown as ActionOf<'weigh-answers'>; // border: no engine reads it here
  const engine = (verdict: object) => new Rig({ consensus: { decide: () => verdict } as unknown as ConsensusEngine }); // border: as above

  it('returns the verdict', async () => {
    const verdict = { outcome: 'verdict', decision: 'approve' };
    assert.deepEqual(await engine(verdict).perform(weigh), { verdict } as object);
  });

  it('tells a request that cannot be weighed from an engine that failed', async () => {
    const refusal = { outcome: 'refusal', reason: 'OutOfRange', field: 'quorum', message: 'must be at most 1' };
    const refused = await thrownBy(engine(refusal).perform(weigh));
    assert.deepEqual(
      [refused.name, refused.reason, refused.message],
      ['InvalidSpec', 'OutOfRange', 'the answers cannot be weighed: quorum must be at most 1'],
    );
    assert.instanceOf(await thrownBy(engine({ ...refusal, reason: 'EngineFailed' }).perform(weigh)), Bug);
  });
});

describe('record', () => {
  it('does nothing: the status write of the pass remembers', async () => {
    const rig = new Rig();
    assert.deepEqual(await rig.perform({ type: 'record', record: { kind: 'note' } }), {});
    assert.deepEqual(rig.cluster.calls, []);
  });
});
