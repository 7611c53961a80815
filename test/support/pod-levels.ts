import type { KubeObject } from '../../operator/api/objects.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { ScriptedServer } from './scripted-server.ts';

/** A Prometheus in whose place a test says what each pod of the plane reads. */
export interface PodLevels {
  /** Of an operator that may ask it. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Answers `level{pod=~"..."}` over a range with the mean level of the pods of that name which are there, a little up and down,
 * and with no series where there is none.
 */
export async function servePodLevels(cluster: Cluster, levelOf: (pod: KubeObject) => number): Promise<PodLevels> {
  const server = await ScriptedServer.start(async (exchange) => {
    const form = new URLSearchParams(exchange.request.body);
    const names = new RegExp(`^(?:${/pod=~"([^"]*)"/.exec(form.get('query') ?? '')?.[1]})$`);
    const { items } = (await cluster.expectSuccess({ path: '/api/v1/pods' })) as {
      readonly items: readonly KubeObject[];
    }; // border: a PodList of the API server
    const levels = items.filter(({ metadata }) => names.test(metadata.name)).map(levelOf);
    const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
    const [start, end, step] = ['start', 'end', 'step'].map((name) => Number.parseFloat(form.get(name) ?? ''));
    const times = timesOf(start ?? 0, end ?? 0, step ?? 1);
    const values = times.map((time) => [time, String(mean + (Math.round(time) % 3) / 100)]);
    const result = levels.length === 0 ? [] : [{ metric: {}, values }];
    exchange.json(200, { status: 'success', data: { resultType: 'matrix', result } });
  });
  return { environment: { CODE_METRICS_PROMETHEUS: `default=${server.url}` }, stop: () => server.stop() };
}

/** Seconds. */
function timesOf(start: number, end: number, step: number): readonly number[] {
  return Array.from({ length: 1 + Math.floor((end - start) / step + 1e-6) }, (_, index) => start + index * step);
}
