import { eachContainer, type Rule } from './rule.ts';
import { at, type Container, type Workload } from './workload.ts';

/** Run to an end: nobody sends them traffic, so probes say nothing. */
const RUNS_TO_AN_END = new Set(['Job', 'CronJob']);

const serves = (container: Container, workload: Workload): boolean =>
  container.kind === 'container' && !RUNS_TO_AN_END.has(workload.kind);

export const reliability: readonly Rule[] = [
  {
    id: 'reliability/memory-limit',
    severity: 'medium',
    remedy: 'set resources.limits.memory',
    check: eachContainer((container) =>
      container.kind === 'ephemeral' || at(container.spec, ['resources', 'limits', 'memory']) !== undefined
        ? []
        : [
            {
              path: `${container.path}/resources/limits/memory`,
              message: `container ${container.name} may take all memory of its node`,
            },
          ],
    ),
  },
  {
    id: 'reliability/requests',
    severity: 'medium',
    remedy: 'set resources.requests for cpu and memory',
    check: eachContainer((container) => {
      const { spec, path, name } = container;
      if (container.kind === 'ephemeral') return [];
      // A limit without a request is a request of the same size.
      return ['cpu', 'memory']
        .filter((resource) => at(spec, ['resources', 'requests', resource]) === undefined)
        .filter((resource) => at(spec, ['resources', 'limits', resource]) === undefined)
        .map((resource) => ({
          path: `${path}/resources/requests/${resource}`,
          message: `container ${name} asks for no ${resource}`,
        }));
    }),
  },
  {
    id: 'reliability/readiness-probe',
    severity: 'medium',
    remedy: 'add a readinessProbe',
    check: eachContainer((container, workload) =>
      serves(container, workload) && container.spec['readinessProbe'] === undefined
        ? [
            {
              path: `${container.path}/readinessProbe`,
              message: `container ${container.name} gets traffic before it can serve`,
            },
          ]
        : [],
    ),
  },
  {
    id: 'reliability/liveness-probe',
    severity: 'low',
    remedy: 'add a livenessProbe where the process can hang',
    check: eachContainer((container, workload) =>
      serves(container, workload) && container.spec['livenessProbe'] === undefined
        ? [
            {
              path: `${container.path}/livenessProbe`,
              message: `container ${container.name} is never restarted when it hangs`,
            },
          ]
        : [],
    ),
  },
  {
    id: 'reliability/single-replica',
    severity: 'low',
    remedy: 'run two replicas or more, or say why one is enough',
    check: ({ manifest }) => {
      const replicas = at(manifest, ['spec', 'replicas']);
      return replicas === 1 ? [{ path: '/spec/replicas', message: 'one lost node stops it' }] : [];
    },
  },
];
