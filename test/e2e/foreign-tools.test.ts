import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type OperatorProcess, runOperator } from '../cluster/operator.ts';
import { answerWith, inPhase, refused, succeeded } from '../support/consultations.ts';
import { apply, ended, type Name, readDeployment } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { tenantNamespace } from '../support/delivery/tenancy.ts';
import { figure } from '../support/figure.ts';
import { installBuilt } from '../support/operator.ts';
import { personWith } from '../support/person-with.ts';
import { startToolPeer, type ToolPeer } from '../support/tool-peer.ts';
import { until } from '../support/until.ts';

const TENANT = { tools: { allow: ['ops.*', 'gone.*'] } };

describe('an MCP server that is not ours', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let peer: ToolPeer;
  let operator: OperatorProcess;
  let environment: Readonly<Record<string, string>>;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await bootCluster();
    await installBuilt(cluster);
    peer = await startToolPeer();
    const token = join(cluster.directory, 'ops-token');
    writeFileSync(token, 'first\n');
    environment = {
      CODE_TOOLS_SERVERS: `ops=${peer.url},gone=http://127.0.0.1:1/mcp`,
      CODE_TOOLS_TRUST: 'ops=Trusted',
      CODE_TOOLS_TOKEN_FILES: `ops=${token}`,
    };
    await start();
  });

  after(async () => {
    await operator?.stop();
    await peer?.stop();
    await cluster?.stop();
  });

  async function start(): Promise<void> {
    operator = await runOperator(cluster, { environment });
    await operator.ready();
  }

  const called = (tool: string, from = 0) => peer.calls.slice(from).filter((call) => call.tool === tool);

  it('is called with its token, a key and a place in the trace, where the Tenant lists its tools', async () => {
    const name = { namespace: await tenantNamespace(cluster, 'ops', TENANT), name: 'shop' };
    await apply(cluster, calling(name, 'record'));
    const { status } = await ended(cluster, name, 'Promoted');
    const [call, ...more] = called('record');
    assert.deepEqual(more, []);
    assert.equal(call?.token, 'Bearer first');
    assert.equal(call?.key, status?.tools?.[0]?.key);
    assert.include(call?.traceparent, status?.traceId);
  });

  it('is not called in a namespace whose Tenant does not list it', async () => {
    const name = { namespace: await tenantNamespace(cluster, 'no-ops'), name: 'shop' };
    const from = peer.calls.length;
    await apply(cluster, calling(name, 'record'));
    const { status } = await ended(cluster, name, 'PolicyDenied');
    assert.include(status?.message, 'ops.record is not among the tools that may be called in this namespace');
    assert.deepEqual(peer.calls.slice(from), []);
  });

  it('measures a canary by a tool that only reads, and takes it back by what that says', async () => {
    const name = { namespace: await tenantNamespace(cluster, 'ops-metric', TENANT), name: 'shop' };
    await apply(cluster, shop({ ...name, spec: { tools: {} } }));
    const { status: before } = await ended(cluster, name, 'Promoted');
    peer.value = 0.5;
    const mcp = { server: 'ops', tool: 'read', pointer: '/value' };
    await apply(
      cluster,
      shop({
        ...name,
        version: 'two',
        spec: {
          tools: {},
          strategy: { type: 'Canary', canary: { steps: [{ weight: 33 }, { pause: { duration: '60s' } }] } },
          analysis: { metrics: [{ name: 'errors', provider: { mcp }, interval: '1s', threshold: { max: 0.1 } }] },
        },
      }),
    );
    const { status } = await ended(cluster, name, 'RolledBack');
    assert.equal(status?.revisions?.serving, before?.revisions?.serving);
    assert.equal(status?.revisions?.rejected?.[0]?.reason, 'AnalysisFailed');
    assert.equal(status?.analysis?.[0]?.value, '0.5');
  });

  it('that is down ends a delivery by its deadline, however long it is backed off from (B3)', async () => {
    const name = { namespace: await tenantNamespace(cluster, 'ops-gone', TENANT), name: 'shop' };
    const seconds = 12;
    await apply(cluster, calling(name, 'record', { server: 'gone', progressDeadlineSeconds: seconds }));
    const { status } = await ended(cluster, name, 'ToolFailed');
    const intended = Date.parse(status?.tools?.[0]?.startedAt ?? '');
    const stalled = status?.conditions?.find(({ type }) => type === 'Stalled')?.lastTransitionTime ?? '';
    assert.isAtMost((Date.parse(stalled) - intended) / 1000, seconds + 5);
    assert.match(
      status?.message ?? '',
      /^tool gone.record \(call\) failed: no answer before the deadline; the last error was: .*could not reach the server of gone.record/,
    );
  });

  it('that hangs ends a call by the time of the call itself: as failed where it may be repeated, else as unknown (B15)', async () => {
    const namespace = await tenantNamespace(cluster, 'ops-hang', TENANT);
    const from = peer.calls.length;
    peer.before = () => new Promise(() => undefined);
    const told = async (tool: string, reason: string) => {
      const name = { namespace, name: tool };
      await apply(cluster, calling(name, tool, { timeout: '2s' }));
      const { status } = await ended(cluster, name, reason);
      return [status?.tools?.[0]?.outcome, status?.tools?.[0]?.message, called(tool, from).length];
    };
    const [repeatable, once] = await Promise.all([told('record', 'ToolFailed'), told('fire', 'ToolOutcomeUnknown')]);
    peer.before = async () => undefined;
    const late = (tool: string) => `ops.${tool} did not answer within 2 s`;
    assert.deepEqual(repeatable, ['Failed', `${late('record')}, 2 times`, 2]);
    assert.deepEqual(once, ['Unknown', late('fire'), 1]);
  });

  it('is called again under the same key after a crash where that is harmless, and never otherwise (B15)', async () => {
    const namespace = await tenantNamespace(cluster, 'ops-crash', TENANT);
    const outcomes: string[] = [];
    for (const [tool, reason] of [
      ['record', 'Promoted'],
      ['fire', 'ToolOutcomeUnknown'],
    ] as const) {
      const name = { namespace, name: tool };
      const from = peer.calls.length;
      const hanging = Promise.withResolvers<void>();
      peer.before = () => hanging.promise;
      await apply(cluster, calling(name, tool));
      await until(`${tool} was called`, 60_000, () => called(tool, from).length === 1);
      await operator.kill();
      peer.before = async () => undefined;
      hanging.resolve();
      await start();
      await ended(cluster, name, reason);
      const keys = called(tool, from).map(({ key }) => key);
      outcomes.push(`${tool}: ${keys.length} calls under ${new Set(keys).size} key, ${reason}`);
    }
    assert.deepEqual(outcomes, [
      'record: 2 calls under 1 key, Promoted',
      'fire: 1 calls under 1 key, ToolOutcomeUnknown',
    ]);
    figure(15, `killed while a tool of a foreign server ran: ${outcomes.join('; ')}`);
  });

  it('is called to take back what a failed delivery called, the last first, each under a key of its own (B15)', async () => {
    const name = { namespace: await tenantNamespace(cluster, 'ops-undo', TENANT), name: 'shop' };
    await apply(cluster, shop({ ...name, spec: { tools: {} } }));
    const { status: before } = await ended(cluster, name, 'Promoted');
    const from = peer.calls.length;
    const undone = (tool: string) => ({ name: tool, server: 'ops', tool, undo: { server: 'ops', tool } });
    // A reading is no scan: it shows no counts, so this call fails.
    const refused = { name: 'refused', server: 'ops', tool: 'read', expect: {} };
    const steps = [{ weight: 34 }, { call: undone('fire') }, { call: refused }];
    const tools = { before: [undone('record')] };
    const spec = { tools, strategy: { type: 'Canary', canary: { steps } } } as const;
    await apply(cluster, shop({ ...name, version: 'two', spec }));
    const { status } = await ended(cluster, name, 'RolledBack');
    const calls = peer.calls.slice(from);
    assert.deepEqual(
      calls.map(({ tool }) => tool),
      ['record', 'fire', 'read', 'fire', 'record'],
    );
    assert.equal(new Set(calls.map(({ key }) => key)).size, calls.length);
    assert.deepEqual(
      status?.tools?.map(({ step, name: of, outcome }) => `${step} ${of} ${outcome}`),
      [
        'prepare record Undone',
        'roll-out fire Undone',
        'roll-out refused Failed',
        'undo fire Succeeded',
        'undo record Succeeded',
      ],
    );
    assert.include(status?.message, 'undone fire, record');
    assert.equal(status?.revisions?.serving, before?.revisions?.serving);
    figure(15, `undone on a foreign server: ${calls.length} calls under as many keys, 2 undos in reverse order`);
  });

  it('is called to take back what a superseded delivery called, before the new one calls anything (B15)', async () => {
    const name = { namespace: await tenantNamespace(cluster, 'ops-superseded', TENANT), name: 'shop' };
    await apply(cluster, shop({ ...name, spec: { replicas: 1, tools: {} } }));
    await ended(cluster, name, 'Promoted');
    const from = peer.calls.length;
    const undone = (of: string, tool: string) => ({ name: of, server: 'ops', tool, undo: { server: 'ops', tool } });
    const within = undone('within', 'fire');
    const strategy = {
      type: 'Canary',
      canary: { steps: [{ weight: 50 }, { call: within }, { pause: { duration: '1h' } }] },
    } as const;
    const two = { replicas: 1, strategy, tools: { before: [undone('before', 'record')] } };
    await apply(cluster, shop({ ...name, version: 'two', spec: two }));
    await until('it pauses', 60_000, async () => (await readDeployment(cluster, name)).status?.phase === 'Paused');
    const hanging = Promise.withResolvers<void>();
    peer.before = () => hanging.promise;
    const three = { replicas: 1, tools: { before: [{ name: 'new', server: 'ops', tool: 'read' }] } };
    await apply(cluster, shop({ ...name, version: 'three', spec: three }));
    await until('the last was begun to be undone', 60_000, () => called('fire', from).length === 2);
    await operator.kill();
    peer.before = async () => undefined;
    hanging.resolve();
    await start();
    const { status } = await ended(cluster, name, 'Promoted');
    const calls = peer.calls.slice(from);
    assert.deepEqual(
      calls.map(({ tool }) => tool),
      ['record', 'fire', 'fire', 'record', 'read'],
    );
    assert.equal(new Set(calls.map(({ key }) => key)).size, calls.length);
    assert.deepEqual(
      status?.tools?.map(({ step, name: of, outcome }) => `${step} ${of} ${outcome}`),
      [
        'prepare before Undone',
        'roll-out within Succeeded',
        'undo within Unknown',
        'undo before Succeeded',
        'prepare new Succeeded',
      ],
    );
    const restored = status?.conditions?.find(({ type }) => type === 'Restored')?.message;
    assert.include(restored, 'of the delivery that was superseded: undone before; NOT undone within');
    figure(
      15,
      'superseded on a foreign server, killed while an undo ran: each undo <= 1 call, in reverse, then the new ones',
    );
  });

  it('that fails has the release managers decide, and who may change the delivery is none of them (B13)', async () => {
    const experts = [{ name: 'release-manager', provider: 'human' }];
    const panels = [{ name: 'release-managers', separation: true, experts }];
    const namespace = await tenantNamespace(cluster, 'ops-ask', { ...TENANT, experts: { allow: [], panels } });
    const name = { namespace, name: 'shop' };
    const [author, alice] = [
      await personWith(cluster, 'author', 'code:approver', 'code:operator'),
      await personWith(cluster, 'alice', 'code:approver'),
    ];
    const kubeconfigs = new Map<string, string>();
    for (const who of [author, alice]) {
      kubeconfigs.set(who, cluster.writeKubeconfig(who, await cluster.clientCertificateFor(who)));
    }
    const call = { name: 'smoke', server: 'ops', tool: 'complain', onFailure: 'Ask' } as const;
    const strategy = { type: 'Canary', canary: { steps: [{ weight: 33 }, { call }] } } as const;
    const ask = { panel: 'release-managers', expiresAfter: '1h' };
    await apply(
      cluster,
      shop({
        ...name,
        spec: { ask, strategy, tools: { before: [{ ...call, name: 'check' }], after: [{ ...call, name: 'tell' }] } },
      }),
    );
    for (const [step, asked] of [
      ['prepare', 'check'],
      ['roll-out', 'smoke'],
      ['finish', 'tell'],
    ] as const) {
      const { status } = await ended(cluster, name, 'WaitingForApproval');
      assert.include(
        status?.message,
        `tool ops.complain (${asked}) failed: the freezer is open: panel release-managers`,
      );
      assert.equal(status?.steps?.find((one) => one.name === step)?.state, 'Waiting');
      const question = { namespace, name: /consult (\S+) says/.exec(status?.message ?? '')?.[1] ?? '' };
      const { status: shown } = await inPhase(cluster, question, 'AwaitingHuman');
      const answer = (by: string) => ({
        expert: 'release-manager',
        by,
        answer: 'approve',
        planHash: shown?.planHash ?? '',
      });
      const says = (by: string) => answerWith(kubeconfigs.get(by) ?? '', cluster, question, answer(by));
      refused(await says(author), `code-separation: ${author} may update Deployment shop`, 'code-separation');
      succeeded(await says(alice));
      await until(`the answer about ${asked} was used`, 60_000, async () => {
        const { status: now } = await readDeployment(cluster, name);
        return now?.tools?.find((one) => one.name === asked)?.acceptedBy === alice;
      });
    }
    const { status } = await ended(cluster, name, 'Promoted');
    assert.deepEqual(
      status?.tools?.map((one) => `${one.step} ${one.name} ${one.outcome}, accepted by ${one.acceptedBy}`),
      ['prepare check', 'roll-out smoke', 'finish tell'].map((made) => `${made} Failed, accepted by ${alice}`),
    );
    assert.lengthOf(called('complain'), 3);
    figure(13, 'a failed call is let pass by a release manager by certificate; the author, by four eyes, is refused');
  });
});

function calling(
  name: Name,
  tool: string,
  {
    server = 'ops',
    progressDeadlineSeconds = 600,
    timeout = '30s',
  }: { server?: string; progressDeadlineSeconds?: number; timeout?: string } = {},
): Deployment {
  const before = [{ name: 'call', server, tool, timeout }];
  return shop({ ...name, spec: { replicas: 1, progressDeadlineSeconds, tools: { before } } });
}
