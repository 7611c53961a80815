import type { Progress } from './progress.ts';

/** What a caller may ask of a plane; the plain plane needs none of it. */
export type ClusterOptions = {
  /** How many KWOK nodes; 3. */
  readonly nodes?: number;
  /** Another file of KWOK stages than stages.yaml. */
  readonly stages?: string;
  /** A Go duration (`10s`): old revisions vanish quickly, so slow watchers get a real 410. */
  readonly etcdCompactionInterval?: string;
  /** Seconds; the server ends watches after this time to twice of it. */
  readonly minRequestTimeout?: number;
  /** A Go duration (`10m`) after which events are forgotten. */
  readonly eventTtl?: string;
  /** Lifts the API server's own limits and gives controller manager and scheduler one thread each, for benchmarks. */
  readonly throughput?: boolean;
  /** Runs the controller of HorizontalPodAutoscalers too, with short delays; test/support/pod-metrics.ts feeds it. */
  readonly horizontalPodAutoscaler?: boolean;
  /** Told about long steps; standard error when left out. */
  readonly progress?: Progress;
};
