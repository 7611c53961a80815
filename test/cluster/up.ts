/**
 * `node test/cluster/up.ts` boots a plane, prints one line of JSON that says how to reach it, and keeps it until Ctrl-C:
 * for experiments. `--hpa`, `--throughput` and `--nodes=N` turn the options of the same names.
 */
import { parseArgs } from 'node:util';
import { bootCluster } from './boot-cluster.ts';

const { values } = parseArgs({
  options: {
    hpa: { type: 'boolean', default: false },
    throughput: { type: 'boolean', default: false },
    nodes: { type: 'string', default: '3' },
  },
});
const cluster = await bootCluster({
  horizontalPodAutoscaler: values.hpa,
  throughput: values.throughput,
  nodes: Number(values.nodes),
});
const { kubeconfig, auditLog, kubectl, endpoint } = cluster;
process.stdout.write(`${JSON.stringify({ kubeconfig, auditLog, kubectl, server: endpoint.server })}\n`);
const asked = new Promise((resolve) => {
  process.once('SIGINT', resolve);
  process.once('SIGTERM', resolve);
});
// A pending promise alone does not keep a process alive.
const alive = setInterval(() => undefined, 60_000);
await asked;
clearInterval(alive);
await cluster.stop();
