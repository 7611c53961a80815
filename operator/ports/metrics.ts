/** Counters, gauges and histograms by the field's names (runtime.md section 11); labels only from closed unions. */
export interface Metrics {
  count(name: string, labels?: Labels, by?: number): void;
  gauge(name: string, value: number, labels?: Labels): void;
  /** Seconds. */
  observe(name: string, seconds: number, labels?: Labels): void;
}

export type Labels = Readonly<Record<string, string>>;
