import type { MetricContext, MetricReading } from '../../ports/metric-source.ts';
import { fetchFrom } from '../fetch-from.ts';
import { asReading } from './as-reading.ts';
import { causeOf } from './cause-of.ts';
import { jsonAnswer } from './json-answer.ts';
import type { PrometheusAccess } from './prometheus-access.ts';

/** What both kinds of Prometheus questions leave through. */
export interface PrometheusDoors {
  /** Base address of each configured server by name. */
  readonly servers: ReadonlyMap<string, string>;
  /** Dials configured origins only. */
  readonly fetch: typeof fetch;
  /** Of those that ask for more than an address. */
  readonly access?: ReadonlyMap<string, PrometheusAccess>;
}

export interface PrometheusData {
  readonly resultType: unknown;
  readonly result: unknown;
}

const LONGEST_WORDS = 512;

/** Asks an endpoint of the HTTP API (v1) by form, so that a long query fits, and reads its data. */
export function askPrometheus(
  doors: PrometheusDoors,
  server: string,
  [endpoint, form]: readonly ['query' | 'query_range', Readonly<Record<string, string>>],
  context: MetricContext,
  read: (data: PrometheusData) => MetricReading,
): Promise<MetricReading> {
  const provider = `Prometheus ${server}`;
  return asReading(provider, context, async (signal) => {
    const base = doors.servers.get(server);
    if (base === undefined) return unknownServer(server, [...doors.servers.keys()]);
    const body = new URLSearchParams({ ...form, timeout: `${context.timeout}ms` });
    const { bearer, dial } = doors.access?.get(server) ?? {};
    const headers = {
      accept: 'application/json',
      ...(bearer === undefined ? {} : { authorization: `Bearer ${await bearer()}` }),
    };
    const fetch = dial === undefined ? doors.fetch : fetchFrom([new URL(base).origin], dial);
    const url = `${base.replace(/\/$/, '')}/api/v1/${endpoint}`;
    const answer = await jsonAnswer(fetch, provider, url, { method: 'POST', body, headers, signal });
    const data = dataOf(answer.body);
    if (answer.status === 200 && data !== undefined) return read(data);
    const words = `${provider} answered ${answer.status}${wordsOf(answer.body)}`;
    return { kind: 'error', message: `${words}${refusalOf(answer.status, server)}`, ...causeOf(answer.status) };
  });
}

function unknownServer(server: string, known: readonly string[]): MetricReading {
  const configured = known.length === 0 ? 'none is configured' : `configured: ${known.join(', ')}`;
  return {
    kind: 'error',
    message: `no Prometheus is named ${server}; ${configured} (settings: metrics.prometheus)`,
    cause: 'question',
  };
}

function refusalOf(status: number, server: string): string {
  return status === 401 || status === 403
    ? `; give the operator a token that may ask it (settings: metrics.prometheusTokenFiles.${server})`
    : '';
}

function dataOf(body: unknown): PrometheusData | undefined {
  if (body === null || typeof body !== 'object' || !('status' in body) || body.status !== 'success') return undefined;
  if (!('data' in body) || body.data === null || typeof body.data !== 'object') return undefined;
  const { data } = body;
  return 'resultType' in data && 'result' in data ? { resultType: data.resultType, result: data.result } : undefined;
}

function wordsOf(body: unknown): string {
  if (body === null || typeof body !== 'object' || !('error' in body)) return ' without a result';
  return `: ${String(body.error).slice(0, LONGEST_WORDS)}`;
}

/** Unix time as the API takes it: seconds with milliseconds as decimals. */
export const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);
