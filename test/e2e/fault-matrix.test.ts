import { assert } from 'chai';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import { bootCluster } from '../cluster/boot-cluster.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { FaultProxy } from '../cluster/fault-proxy.ts';
import { type OperatorProcess, PATIENT_LEASE, runOperator } from '../cluster/operator.ts';
import { allDeliveries, allEnded, keyOf, reasonNow } from '../support/delivery/all-ended.ts';
import { BROKEN_SERVING_FAULTS } from '../support/delivery/broken-serving-faults.ts';
import { apply, succeed } from '../support/delivery/delivery.ts';
import {
  DEADLINE_SECONDS,
  DELIVERY_FAULTS,
  type DeliveryFault,
  desired,
  type Ending,
  type FaultPlace,
  STRATEGIES,
  type StrategyType,
  serving,
} from '../support/delivery/delivery-faults.ts';
import { tenantNamespaces } from '../support/delivery/tenancy.ts';
import { PANEL, PEER, TENANT_FAULTS } from '../support/delivery/tenant-faults.ts';
import { figure } from '../support/figure.ts';
import { installBuilt } from '../support/operator.ts';
import { startToolPeer, type ToolPeer } from '../support/tool-peer.ts';
import { until } from '../support/until.ts';
import { serveWebMetrics, type WebMetrics } from '../support/web-metrics.ts';

/** What delivery.md section 11 allows beyond the deadline. */
const GRACE_SECONDS = 5;
const ENDS_WITHIN = 60_000;
const FAULTS = [...DELIVERY_FAULTS, ...TENANT_FAULTS, ...BROKEN_SERVING_FAULTS];
const TENANT = {
  quota: { hard: { 'requests.cpu': '100', 'requests.memory': '100Gi', pods: '200' } },
  tools: { allow: [`${PEER}.*`] },
  experts: {
    allow: ['builtin/*'],
    panels: [{ name: PANEL, experts: [{ name: 'release-manager', provider: 'human' as const }] }],
  },
};

interface Cell {
  readonly fault: DeliveryFault;
  readonly strategy: StrategyType;
  readonly place: FaultPlace;
  appliedAt: number;
  /** The active Service of a BlueGreen delivery before the fault. */
  active?: string;
  end?: { readonly deployment: Deployment; readonly at: number };
}

describe('a delivery that meets a fault (B3)', function () {
  this.timeout(5 * 60_000);
  let cluster: Cluster;
  let proxy: FaultProxy;
  let metrics: WebMetrics;
  let peer: ToolPeer;
  let operator: OperatorProcess;
  let cells: readonly Cell[];

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await bootCluster();
    await installBuilt(cluster);
    proxy = await FaultProxy.before(cluster, 1);
    metrics = await serveWebMetrics(cluster, async (exchange) => {
      await exchange.raw('<html>a lot</html>');
      exchange.end();
    });
    peer = await startToolPeer();
    const { CODE_METRICS_WEB: answering, ...environment } = metrics.environment;
    const down = 'https://127.0.0.1:1';
    operator = await runOperator(cluster, {
      server: proxy.url,
      environment: {
        ...PATIENT_LEASE,
        ...environment,
        CODE_METRICS_WEB: `${answering},down=${down}`,
        CODE_TOOLS_SERVERS: `${PEER}=${peer.url}`,
        CODE_TOOLS_TRUST: `${PEER}=Trusted`,
        CODE_WORKERS: '50',
      },
    });
    await operator.ready();
    cells = FAULTS.flatMap((fault, row) =>
      STRATEGIES.map((strategy) => {
        const name = { namespace: `fault-${row}-${strategy.toLowerCase()}`, name: 'shop' };
        const place = { cluster, proxy, metrics: { answering: metrics.url, down }, name };
        return { fault, strategy, place, appliedAt: 0 };
      }),
    );
    await deliverAll();
  });

  after(async () => {
    await operator?.stop();
    await peer?.stop();
    await metrics?.stop();
    await proxy?.close();
    await cluster?.stop();
  });

  /** All of a strategy at once, each in its own namespace. */
  async function deliverAll(): Promise<void> {
    const plain = cells.filter(({ fault }) => fault.tenant !== true).map(namespaceOf);
    await apply(cluster, ...plain.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
    await tenantNamespaces(
      cluster,
      'fault',
      cells.filter(({ fault }) => fault.tenant === true).map(namespaceOf),
      TENANT,
    );
    const names = cells.map(({ place }) => place.name);
    for (const strategy of STRATEGIES)
      await apply(cluster, ...cellsOf(strategy).map(({ place }) => serving(place.name, strategy)));
    await allEnded(cluster, names, 'Promoted', 2 * ENDS_WITHIN);
    for (const strategy of STRATEGIES) await deliver(cellsOf(strategy));
    const all = await allDeliveries(cluster);
    figure(3, `${FAULTS.length} faults x ${STRATEGIES.length} strategies: ${toldEnds(cells)}`);
    console.log(cells.map((cell) => toldCell(cell, all.get(keyOf(cell.place.name)))).join('\n'));
  }

  const cellsOf = (strategy: StrategyType) => cells.filter((cell) => cell.strategy === strategy);

  async function deliver(some: readonly Cell[]): Promise<void> {
    for (const { fault, place } of some) await fault.inject?.(place);
    for (const cell of some.filter(watched)) cell.active = await activeService(cell);
    await apply(cluster, ...some.map(({ fault, place, strategy }) => desired(place, strategy, fault)));
    for (const cell of some) cell.appliedAt = Date.now();
    await until('every delivery ended', ENDS_WITHIN, async () => {
      const all = await allDeliveries(cluster);
      for (const cell of some) note(cell, all.get(keyOf(cell.place.name)));
      return some.every(({ end }) => end !== undefined);
    }).catch(() => undefined); // what has not ended fails its own test
  }

  /** As it was last written. */
  async function activeService({ place: { name } }: Cell): Promise<string> {
    return succeed(cluster, ['get', 'services', '-n', name.namespace, name.name, '-o', 'yaml']);
  }

  function note(cell: Cell, deployment: Deployment | undefined): void {
    const reason = reasonNow(deployment);
    if (deployment === undefined || reason === undefined) return;
    const terminal = deployment.status?.conditions?.some(({ type, status }) => type === 'Stalled' && status === 'True');
    const held = expectedOf(cell).ready === 'RolledBack' && reason !== 'RolledBack';
    const over = (terminal === true && !held) || reason === 'Promoted';
    if (over && cell.end === undefined) cell.end = { deployment, at: Date.now() };
  }

  it('a preview that breaches its metric is never switched to (B3)', async () => {
    const some = cells.filter(watched);
    assert.isNotEmpty(some);
    for (const cell of some) assert.equal(await activeService(cell), cell.active, cell.fault.name);
  });

  for (const [row, fault] of FAULTS.entries()) {
    for (const [column, strategy] of STRATEGIES.entries()) {
      it(`${fault.name}: ${strategy} ends in time and names it (B3)`, () => {
        const cell = cells[row * STRATEGIES.length + column];
        assert(cell?.end !== undefined, 'it ended');
        const expected = expectedOf(cell);
        const { ready, cause, message } = told(cell.end.deployment);
        assert.deepEqual({ ready, cause }, { ready: expected.ready, cause: expected.cause }, message);
        assert.match(message, expected.words);
        assert.isAtMost(
          late(cell),
          (fault.deadlines ?? 1) * DEADLINE_SECONDS + GRACE_SECONDS,
          'seconds since its last step began',
        );
      });
    }
  }
});

function namespaceOf({ place }: Cell): string {
  return place.name.namespace;
}

function expectedOf({ fault, strategy }: Cell): Ending {
  return 'ready' in fault.ending ? fault.ending : fault.ending[strategy];
}

function watched({ fault, strategy }: Cell): boolean {
  return strategy === 'BlueGreen' && fault.neverSwitched === true;
}

function told({ status }: Deployment): Pick<Ending, 'ready' | 'cause'> & { readonly message: string } {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const rejected = ready?.reason === 'RolledBack' ? status?.revisions?.rejected?.[0] : undefined;
  const reason = ready?.reason ?? '';
  return { ready: reason, cause: rejected?.reason ?? reason, message: status?.message ?? '' };
}

/** Seconds from where the deadline counts - the newest start in the delivery - to the end. */
function late({ appliedAt, end }: Cell): number {
  const { status } = end?.deployment ?? {};
  const starts = [status?.steps?.find(({ name }) => name === 'roll-out')?.startedAt, status?.step?.startedAt];
  const begun = Math.max(appliedAt, ...starts.map((start) => Date.parse(start ?? '') || 0));
  return Math.round(((end?.at ?? 0) - begun) / 1_000);
}

function toldEnds(cells: readonly Cell[]): string {
  const ends = cells.filter(({ end }) => end !== undefined);
  const latest = Math.max(...ends.map(late));
  return `${ends.length} of ${cells.length} deliveries ended by themselves, the slowest ${latest} s after its last step began`;
}

function toldCell(cell: Cell, now: Deployment | undefined): string {
  const { ready, cause, message } = told(cell.end?.deployment ?? now ?? ({} as Deployment));
  const seconds = cell.end === undefined ? 'never' : `${late(cell)} s`;
  return `${cell.fault.name.padEnd(38)} ${cell.strategy.padEnd(9)} ${seconds.padStart(6)} ${ready.padEnd(14)} ${cause.padEnd(24)} ${message}`;
}
