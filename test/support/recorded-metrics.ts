import type { Labels, Metrics } from '../../operator/ports/metrics.ts';

/** Metrics kept as written: `name{label=value,...}` to its sum, last gauge or observations. */
export class RecordedMetrics implements Metrics {
  readonly counts = new Map<string, number>();
  readonly gauges = new Map<string, number>();
  readonly observations = new Map<string, number[]>();

  count(name: string, labels: Labels = {}, by = 1): void {
    const series = seriesOf(name, labels);
    this.counts.set(series, (this.counts.get(series) ?? 0) + by);
  }

  gauge(name: string, value: number, labels: Labels = {}): void {
    this.gauges.set(seriesOf(name, labels), value);
  }

  observe(name: string, seconds: number, labels: Labels = {}): void {
    const series = seriesOf(name, labels);
    this.observations.set(series, [...(this.observations.get(series) ?? []), seconds]);
  }
}

function seriesOf(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}
