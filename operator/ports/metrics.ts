/** Counters, gauges and histograms of `api/metrics.ts`: a name, or a label, that is not written there does not compile. */
import type { CounterName, counters, GaugeName, gauges, HistogramName, histograms, LabelsOf } from '../api/metrics.ts';

export interface Metrics {
  count<Name extends CounterName>(name: Name, labels?: LabelsOf<(typeof counters)[Name]>, by?: number): void;
  gauge<Name extends GaugeName>(name: Name, value: number, labels?: LabelsOf<(typeof gauges)[Name]>): void;
  /** Seconds. */
  observe<Name extends HistogramName>(name: Name, seconds: number, labels?: LabelsOf<(typeof histograms)[Name]>): void;
}

export type Labels = Readonly<Record<string, string>>;
