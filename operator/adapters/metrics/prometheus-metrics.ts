import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import {
  type CounterName,
  counters,
  type GaugeName,
  gauges,
  type HistogramName,
  histograms,
  type LabelsOf,
} from '../../api/metrics.ts';
import type { Metrics } from '../../ports/metrics.ts';

/** Upper bounds in seconds, as controller-runtime has them: 5 ms to 60 s, dense where passes are usual. */
const BUCKETS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5, 1.75, 2,
  2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];

/** Metrics in a registry of their own, with those of the process beside them: event-loop lag, heap, garbage collection. */
export class PrometheusMetrics implements Metrics {
  readonly #registry = new Registry();
  readonly #counters: { readonly [Name in CounterName]: Counter };
  readonly #gauges: { readonly [Name in GaugeName]: Gauge };
  readonly #histograms: { readonly [Name in HistogramName]: Histogram };

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#counters = mapped(counters, (name, { help, labels }) => {
      return new Counter({ name, help, labelNames: labels, registers });
    });
    this.#gauges = mapped(gauges, (name, { help, labels }) => {
      return new Gauge({ name, help, labelNames: labels, registers });
    });
    this.#histograms = mapped(histograms, (name, { help, labels }) => {
      return new Histogram({ name, help, labelNames: labels, registers, buckets: BUCKETS });
    });
  }

  count<Name extends CounterName>(name: Name, labels?: LabelsOf<(typeof counters)[Name]>, by = 1): void {
    this.#counters[name].inc({ ...labels }, by);
  }

  gauge<Name extends GaugeName>(name: Name, value: number, labels?: LabelsOf<(typeof gauges)[Name]>): void {
    this.#gauges[name].set({ ...labels }, value);
  }

  observe<Name extends HistogramName>(name: Name, seconds: number, labels?: LabelsOf<(typeof histograms)[Name]>): void {
    this.#histograms[name].observe({ ...labels }, seconds);
  }

  /** The text that Prometheus scrapes, and its content type. */
  async scrape(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }
}

/** The same names, with something made for each. */
function mapped<Name extends string, Definition, Made>(
  definitions: Readonly<Record<Name, Definition>>,
  make: (name: Name, definition: Definition) => Made,
): Readonly<Record<Name, Made>> {
  const names = Object.keys(definitions) as Name[]; // border: Object.keys forgets the names of its object
  return Object.fromEntries(names.map((name) => [name, make(name, definitions[name])])) as Record<Name, Made>;
}
