import { assert } from 'chai';
import { Denied } from '../../../operator/api/errors.ts';
import type { Deployment } from '../../../operator/api/generated/deployment.ts';
import type {
  ExpertConsultation,
  ExpertConsultationStatus,
} from '../../../operator/api/generated/expert-consultation.ts';
import type { Command } from '../../../operator/cli/command.ts';
import { abort } from '../../../operator/cli/commands/abort.ts';
import { answer } from '../../../operator/cli/commands/answer.ts';
import { explain } from '../../../operator/cli/commands/explain.ts';
import { retry } from '../../../operator/cli/commands/retry.ts';
import { rollback } from '../../../operator/cli/commands/rollback.ts';
import { status } from '../../../operator/cli/commands/status.ts';
import { watch } from '../../../operator/cli/commands/watch.ts';
import { commonFlags, parseFlags } from '../../../operator/cli/flags.ts';
import type { KeptPlan } from '../../../operator/cli/view/rollback-target.ts';
import { thrownBy } from '../../support/thrown-by.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { MemoryCluster, type Patch } from './memory-cluster.ts';
import { RecordedTerminal } from './recorded-terminal.ts';
import { condition, denied, NOW, pod, rollingOut, serving, shop } from './samples.ts';

interface Setting {
  readonly cluster: MemoryCluster;
  readonly terminal?: RecordedTerminal;
  readonly clock?: VirtualClock;
  readonly signal?: AbortSignal;
}

async function call(command: Command, line: string, setting: Setting) {
  const { cluster, terminal = new RecordedTerminal(), clock = new VirtualClock(NOW) } = setting;
  const signal = setting.signal ?? new AbortController().signal;
  const { words, flags } = parseFlags(line.split(' '), { ...commonFlags, ...command.flags });
  const json = flags.text('output') === 'json';
  const code = await command.run({ words, flags, json, terminal, cluster, clock, signal });
  return { code, output: terminal.output, complaints: terminal.complaints };
}

/** What it rejects with, whatever that is. */
const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'nothing',
    (reason: unknown) => reason,
  );

/** An operator that echoes each token at once, with a line of its story. */
const echoing = (cluster: MemoryCluster, { reference }: Patch): void => {
  const deployment = shop(serving);
  const found = cluster.object<Deployment>('Deployment', reference.name) ?? deployment;
  const tokens = found.metadata.annotations ?? {};
  const verbs = ['retry', 'abort', 'promote'].flatMap((verb) => {
    const token = tokens[`code-engine.dev/${verb}`];
    return token === undefined ? [] : [[verb, token]];
  });
  const timeline = [...(serving.timeline ?? []), '12:01:00 retry: a new attempt begins'];
  cluster.put({ ...found, status: { ...found.status, handled: Object.fromEntries(verbs), timeline } } as Deployment); // built from one
};

describe('kubectl code status', () => {
  it('shows a delivery and which cluster was meant', async () => {
    const { code, output } = await call(status, 'shop', { cluster: new MemoryCluster(shop(denied)) });
    assert.equal(code, 0);
    assert.include(output, 'acme-prod/shop  Stalled: Failed (PolicyDenied)');
    assert.include(output, 'context memory, https://memory:6443');
  });

  it('prints the same as data with -o json', async () => {
    const cluster = new MemoryCluster(shop(serving), pod('shop-bbbb-b1', 'bbbb'));
    const { output } = await call(status, 'shop -o json', { cluster });
    const { context, standing, revisions } = JSON.parse(output) as {
      context: string;
      standing: string;
      revisions: { pods: unknown[] }[];
    }; // what was just printed
    assert.deepEqual([context, standing, revisions[0]?.pods.length], ['memory', 'Ready', 1]);
  });

  it('names namespace and context when there is no such delivery', async () => {
    const error = await thrownBy(call(status, 'nope', { cluster: new MemoryCluster() }));
    assert.include(
      String(error),
      'there is no deployments.code-engine.dev nope in namespace acme-prod of context memory',
    );
  });
});

describe('kubectl code watch', () => {
  it('ends with 0 for a delivery that is Ready, with 1 for one that is Stalled', async () => {
    for (const [told, code] of [
      [serving, 0],
      [denied, 1],
    ] as const) {
      const cluster = new MemoryCluster(shop(told), pod('shop-aaaa-a1', 'aaaa'));
      const ended = await call(watch, 'shop', { cluster });
      assert.deepEqual([ended.code, cluster.watchers], [code, 0]);
    }
  });

  it('tells each new line as it comes, pods before the end', async () => {
    const clock = new VirtualClock(NOW);
    const cluster = new MemoryCluster(shop(rollingOut));
    const watching = call(watch, 'shop', { cluster, clock });
    await clock.advance(200);
    cluster.put(pod('shop-bbbb-b1', 'bbbb'));
    cluster.put(shop(serving));
    await clock.advance(2_000);
    const { code, output } = await watching;
    assert.equal(code, 0);
    assert.deepEqual(output.trimEnd().split('\n'), [
      '12:00:04 roll-out: rolling out revision bbbb: 0 of 3 pods updated, 3 available',
      ...(serving.timeline ?? []),
      'pods: bbbb desired+serving 1 Ready',
      'Ready: revision bbbb serves with 3 of 3 pods available',
    ]);
  });

  it('does not take the verdict on an older spec for an end', async () => {
    const clock = new VirtualClock(NOW);
    const cluster = new MemoryCluster(shop({ ...serving, observedGeneration: 2 }));
    const watching = call(watch, 'shop --timeout 10s', { cluster, clock });
    await clock.advance(12_000);
    assert.equal((await watching).code, 3);
  });

  it('gives up at --timeout with 3 and says where it stood', async () => {
    const clock = new VirtualClock(NOW);
    const watching = call(watch, 'shop --timeout 10s', { cluster: new MemoryCluster(shop(rollingOut)), clock });
    await clock.advance(12_000);
    const { code, complaints } = await watching;
    assert.equal(code, 3);
    assert.include(complaints, 'not Ready within the 10 s of --timeout: rolling out revision bbbb');
  });

  it('ends with 1 when the delivery is deleted', async () => {
    const clock = new VirtualClock(NOW);
    const cluster = new MemoryCluster(shop(rollingOut));
    const watching = call(watch, 'shop', { cluster, clock });
    await clock.advance(200);
    cluster.remove('Deployment', 'shop');
    await clock.advance(2_000);
    const { code, complaints } = await watching;
    assert.deepEqual([code, complaints.trimEnd().split('\n').at(-1)], [1, 'shop was deleted']);
  });

  it('stops at Ctrl-C and gives the cursor back', async () => {
    const clock = new VirtualClock(NOW);
    const terminal = new RecordedTerminal({ interactive: true });
    const interrupt = new AbortController();
    const cluster = new MemoryCluster(shop(rollingOut));
    const watching = rejection(call(watch, 'shop', { cluster, clock, terminal, signal: interrupt.signal }));
    await clock.advance(500);
    interrupt.abort();
    await watching;
    assert.deepEqual([terminal.output.endsWith('\u001b[?25h'), cluster.watchers], [true, 0]);
  });

  it('prints one document a change with -o json', async () => {
    const { output } = await call(watch, 'shop -o json', { cluster: new MemoryCluster(shop(serving)) });
    const lines = output.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).standing),
      ['Ready'],
    );
  });
});

describe('kubectl code retry, abort and promote', () => {
  it('set a token that is new each time and tell what the operator made of it', async () => {
    const cluster = new MemoryCluster(shop(serving, { 'code-engine.dev/retry': '1' }));
    cluster.afterPatch = echoing;
    const { code, output } = await call(retry, 'shop', { cluster });
    assert.equal(code, 0);
    const [token, second] = [await tokenOf(cluster), await tokenOf(cluster)];
    assert.match(token, /^2026-11-25T12:01:00\.000Z-[0-9a-f]{4}$/);
    assert.notEqual(token, second);
    assert.include(output, '12:01:00 retry: a new attempt begins');
    assert.notInclude(output, serving.timeline?.[0] ?? '');
  });

  it('do not wait with --no-wait', async () => {
    const { code, output } = await call(retry, 'shop --no-wait', { cluster: new MemoryCluster(shop(serving)) });
    assert.deepEqual([code, output], [0, '']);
  });

  it('say after --timeout that nobody acted', async () => {
    const clock = new VirtualClock(NOW);
    const cluster = new MemoryCluster(shop(serving));
    const waiting = call(abort, 'shop --timeout 5s', { cluster, clock });
    await clock.advance(7_000);
    const { code, complaints } = await waiting;
    assert.deepEqual([code, cluster.watchers], [3, 0]);
    assert.include(complaints, 'the operator has not acted on it within 5 s: is it running?');
  });

  it('let the refusal of the cluster through', async () => {
    const cluster = new MemoryCluster(shop(serving));
    cluster.refusal = new Denied('Forbidden', 'code-verbs: no');
    assert.strictEqual(await thrownBy(call(abort, 'shop', { cluster })), cluster.refusal);
  });

  async function tokenOf(cluster: MemoryCluster): Promise<string> {
    await call(retry, 'shop --no-wait', { cluster });
    return cluster.object<Deployment>('Deployment', 'shop')?.metadata.annotations?.['code-engine.dev/retry'] ?? '';
  }
});

describe('kubectl code rollback', () => {
  const template = (image: string) => ({
    metadata: { labels: { app: 'shop' } },
    spec: { containers: [{ name: 'web', image }] },
  });
  const plan = (revision: string, image: string): KeptPlan => ({
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `shop-${revision}`,
      labels: { 'code-engine.dev/deployment': 'shop', 'code-engine.dev/plan': 'p' },
    },
    revision: 1,
    data: { revision, template: template(image) },
  });
  const cluster = (told = serving) => new MemoryCluster(shop(told), plan('aaaa', 'shop:1'), plan('bbbb', 'shop:2'));

  it('puts the template that served before back, guarded by what was shown, and warns of Git', async () => {
    const memory = cluster();
    const { code, output } = await call(rollback, 'shop --yes', { cluster: memory });
    assert.equal(code, 0);
    assert.include(output, '  - spec.containers[web].image: "shop:2"\n  + spec.containers[web].image: "shop:1"');
    assert.include(output, 'change it there too');
    assert.deepEqual(
      memory.patches.map(({ patch }) => patch),
      [
        [
          { op: 'test', path: '/spec/template', value: template('shop:2') },
          { op: 'replace', path: '/spec/template', value: template('shop:1') },
        ],
      ],
    );
  });

  it('changes nothing unless somebody says yes', async () => {
    const memory = cluster();
    const { code } = await call(rollback, 'shop', { cluster: memory, terminal: new RecordedTerminal({ answer: 'n' }) });
    assert.deepEqual([code, memory.patches], [1, []]);
    assert.include(String(await rejection(call(rollback, 'shop', { cluster: memory }))), 'give --yes');
  });

  it('says which config held something else, and refuses where nothing but that differs', async () => {
    const held = (digest: string) => [{ kind: 'ConfigMap', name: 'env', digest }];
    const kept = (revision: string, image: string, digest: string): KeptPlan => ({
      ...plan(revision, image),
      data: { revision, template: template(image), config: held(digest) },
    });
    const told = {
      ...serving,
      plan: { hash: 'p', revision: 'bbbb', delivery: 'd', config: ['ConfigMap env 2222222222'] },
    };
    const sentence =
      'ConfigMap env held 1111111111 in that revision and holds 2222222222 now; its copy ends in -1111111111';
    const code = new MemoryCluster(shop(told), kept('aaaa', 'shop:1', '1111111111'));
    assert.include((await call(rollback, 'shop --to aaaa --yes', { cluster: code })).output, sentence);
    const data = new MemoryCluster(shop(told), kept('aaaa', 'shop:2', '1111111111'));
    const refused = await call(rollback, 'shop --to aaaa --yes', { cluster: data });
    assert.include(refused.output, sentence);
    assert.equal(
      refused.complaints.trim(),
      'error: spec.template is that of revision aaaa already: put back what its config held',
    );
    assert.isEmpty(data.patches);
  });

  it('refuses what would start nothing', async () => {
    const rejected = { hash: 'aaaa', plan: 'p', reason: 'CrashLooping', at: '2026-11-25T12:00:00Z' };
    const refused = { ...serving, revisions: { ...serving.revisions, rejected: [rejected] } };
    const complaint = async (line: string, told = serving) =>
      (await call(rollback, line, { cluster: cluster(told) })).complaints.trim();
    assert.deepEqual(
      [
        await complaint('shop --to bbbb'),
        await complaint('shop --to cccc'),
        await complaint('shop --to aaaa --yes', refused),
        await complaint('shop', { ...serving, revisions: { desired: 'bbbb', serving: 'bbbb' } }),
      ],
      [
        'error: revision bbbb is what the spec asks for already: nothing to go back to',
        'error: no plan of revision cccc is kept: choose one of aaaa',
        'error: revision aaaa was rejected (CrashLooping), so applying it starts nothing: to try it again apply it by hand and use kubectl code retry',
        'error: no earlier revision served whose plan is kept: name one with --to (kept: aaaa)',
      ],
    );
  });
});

describe('kubectl code answer', () => {
  const consultation = (told: ExpertConsultationStatus): ExpertConsultation => ({
    apiVersion: 'code-engine.dev/v1alpha1',
    kind: 'ExpertConsultation',
    metadata: { name: 'c', namespace: 'acme-prod', resourceVersion: '9' },
    spec: { title: 't', question: 'q', type: 'review', answer: { kind: 'choice', options: ['approve', 'reject'] } },
    status: told,
  });
  const human = { expert: 'manager', provider: 'human', kind: 'human', state: 'AwaitingHuman' } as const;
  const machine = { expert: 'security', provider: 'builtin/security', kind: 'rules', state: 'Answered' } as const;
  const awaiting: ExpertConsultationStatus = { phase: 'AwaitingHuman', planHash: 'p2', answers: [machine, human] };

  it('adds an entry in the name of who asks, to the plan that is shown', async () => {
    const cluster = new MemoryCluster(consultation(awaiting));
    const { code, output } = await call(answer, 'c --answer approve --rationale seen', { cluster });
    assert.equal(code, 0);
    assert.include(output, 'jane answered approve as manager to plan p2');
    const entry = { expert: 'manager', by: 'jane', answer: 'approve', rationale: 'seen', planHash: 'p2' };
    assert.deepEqual(
      cluster.patches.map(({ patch }) => patch),
      [[{ op: 'add', path: '/spec/answers', value: [entry] }]],
    );
  });

  it('says why there is nothing to answer, and writes nothing', async () => {
    const complaint = async (told: ExpertConsultationStatus, line = 'c --answer approve') => {
      const cluster = new MemoryCluster(consultation(told));
      const { code, complaints } = await call(answer, line, { cluster });
      assert.deepEqual([code, cluster.patches], [1, []]);
      return complaints.trim();
    };
    const second = { ...human, expert: 'owner' };
    const stalled = { conditions: [condition('Stalled', 'True', 'NotSupportedYet')] };
    assert.deepEqual(
      [
        await complaint({ answers: [machine] }),
        await complaint(stalled),
        await complaint(awaiting, 'c --answer maybe'),
        await complaint({ answers: [human, second] }),
        await complaint(awaiting, 'c --answer approve --expert security'),
      ],
      [
        'error: no person sits on the panel of c (security): there is nothing for you to answer',
        'error: consultation c takes no answer (NotSupportedYet): NotSupportedYet in a sentence',
        'error: maybe is no option of c: --answer approve|reject',
        'error: say for whom you answer: --expert manager|owner',
        'error: security is no person of the panel: --expert manager',
      ],
    );
  });
});

describe('kubectl code explain', () => {
  it('prints its reasons as data with -o json', async () => {
    const { output } = await call(explain, 'shop -o json', { cluster: new MemoryCluster(shop(denied)) });
    const { reasons } = JSON.parse(output) as { reasons: { source: string }[] }; // what was just printed
    assert.deepEqual(
      reasons.map(({ source }) => source),
      ['step validate', 'policy'],
    );
  });
});
