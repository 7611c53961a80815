/** Hands of `ports/metric-source.ts`: one provider a file. */

export { metricSources } from './metric-sources.ts';
export { prometheusAccess } from './prometheus-access.ts';
