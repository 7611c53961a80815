import { assert } from 'chai';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type OperatorProcess, runOperator } from '../cluster/operator.ts';
import { apply, ended, type Name, readDeployment } from '../support/delivery/delivery.ts';
import { shop } from '../support/delivery/manifests.ts';
import { tenantNamespace } from '../support/delivery/tenancy.ts';
import { figure } from '../support/figure.ts';
import { installBuilt } from '../support/operator.ts';
import { ScriptedServer } from '../support/scripted-server.ts';
import { until } from '../support/until.ts';

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
}

interface OtlpBody {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
}

const STEPS = ['finish', 'prepare', 'promote', 'review', 'roll-out', 'validate'];

describe('the trace of a delivery, as a collector gets it', function () {
  this.timeout(180_000);
  let cluster: Cluster;
  let collector: ScriptedServer;
  let operator: OperatorProcess;
  const start = async () => {
    operator = await runOperator(cluster, { environment: { CODE_OTLP: collector.url } });
    await operator.ready();
  };

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await bootCluster();
    await installBuilt(cluster);
    collector = await ScriptedServer.start((exchange) => exchange.json(200, {}));
    await start();
  });

  after(async () => {
    await operator?.stop();
    await collector?.stop();
    await cluster?.stop();
  });

  it('is one tree with a span a step, though the operator is killed in the middle (B25)', async () => {
    const name = { namespace: await tenantNamespace(cluster, 'trace'), name: 'shop' };
    await apply(cluster, shop({ ...name, spec: { minReadySeconds: 3 } }));
    await until('it rolled out', 60_000, async () => {
      const { status } = await readDeployment(cluster, name);
      return status?.steps?.some((step) => step.name === 'roll-out' && step.state === 'Running') === true;
    });
    await operator.kill();
    await start();
    const { status } = await ended(cluster, name, 'Promoted');
    const { traceId = '' } = status ?? {};
    const tree = await until('the whole tree was collected', 30_000, () => {
      const spans = spansOf(traceId);
      return spans.has('delivery') && STEPS.every((step) => spans.has(step)) && spans.has('call scan') && spans;
    });
    const root = tree.get('delivery');
    assert.notOk(root?.parentSpanId);
    assert.deepEqual(
      STEPS.map((step) => tree.get(step)?.parentSpanId),
      STEPS.map(() => root?.spanId),
    );
    assert.equal(tree.get('call scan')?.parentSpanId, tree.get('prepare')?.spanId);
    figure(25, `${tree.size} spans in one trace over a SIGKILL, none without its parent`);
  });

  it('leaves as many series of metrics after ten deliveries as after two (B25)', async () => {
    const namespace = await tenantNamespace(cluster, 'series');
    const names = Array.from({ length: 10 }, (_, index): Name => ({ namespace, name: `shop-${index}` }));
    await deliver(names.slice(0, 2));
    const few = await series();
    await deliver(names.slice(2));
    const many = await series();
    // A code of the API server that was not seen before is a series, too: it is of a closed set, not of a delivery.
    const added = many.filter((one) => !few.includes(one));
    assert.isBelow(added.length, names.length - 2, added.join('\n'));
    assert.deepEqual(
      many.filter((one) => names.some(({ name }) => one.includes(name)) || one.includes(`"${namespace}"`)),
      [],
    );
    figure(25, `${many.length} series after 10 deliveries, ${few.length} after 2`);
  });

  async function deliver(names: readonly Name[]): Promise<void> {
    // Without scans: a tenant may have 30 of them a minute.
    await apply(cluster, ...names.map((name) => shop({ ...name, spec: { replicas: 1, tools: {} } })));
    for (const name of names) await ended(cluster, name, 'Promoted');
  }

  /** Ours, without their values; those of the runtime come with the first garbage collection of a kind. */
  async function series(): Promise<readonly string[]> {
    const text = await (await fetch(`${operator.url}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line !== '' && !/^(#|nodejs_|process_)/.test(line));
    return lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
  }

  /** The last that was told of each span of the trace. */
  function spansOf(traceId: string): ReadonlyMap<string, OtlpSpan> {
    const bodies = collector.requests.map(({ body }) => JSON.parse(body) as OtlpBody); // border: OTLP in JSON
    const spans = bodies.flatMap(({ resourceSpans }) =>
      resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
    );
    return new Map(spans.filter((span) => span.traceId === traceId).map((span) => [span.name, span]));
  }
});
