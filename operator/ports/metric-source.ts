import type { Identity } from '../core/action.ts';
import type { Milliseconds } from '../core/decision.ts';
import type { Json } from '../core/json.ts';

/** One question to a provider, with its templates resolved: performing it twice changes nothing. */
export type MetricQuery = PrometheusQuery | PrometheusRangeQuery | WebQuery | ToolQuery;

/** PromQL at one moment: a scalar or exactly one series. */
export interface PrometheusQuery {
  readonly kind: 'prometheus';
  /** Name of a server in the operator's settings. */
  readonly server: string;
  readonly query: string;
  readonly at: Milliseconds;
}

/** PromQL at every window's end: exactly one series, one sample a window, so windows never overlap. */
export interface PrometheusRangeQuery {
  readonly kind: 'prometheus-range';
  readonly server: string;
  readonly query: string;
  readonly from: Milliseconds;
  readonly to: Milliseconds;
  readonly every: Milliseconds;
}

/** A JSON answer over https from a host in the operator's settings. */
export interface WebQuery {
  readonly kind: 'web';
  readonly url: string;
  /** Name of a Secret of the tenant's namespace whose keys are sent as headers. */
  readonly headersSecret?: string;
  /** JSON pointer of a number, or of `{"events": n, "total": m}`. */
  readonly pointer: string;
  readonly at: Milliseconds;
}

/** The structured content of a read-only MCP tool. */
export interface ToolQuery {
  readonly kind: 'mcp';
  readonly server: string;
  readonly tool: string;
  readonly arguments: { readonly [key: string]: Json };
  readonly pointer: string;
  readonly at: Milliseconds;
}

export interface Sample {
  readonly at: Milliseconds;
  readonly value: number;
}

/** What one question taught. A provider that does not answer is no failure of the pass: verdicts count it. */
export type MetricReading =
  /** Oldest first, at least one, every value finite. */
  | { readonly kind: 'values'; readonly samples: readonly Sample[] }
  /** A ratio as what it is made of: how many of how many. */
  | { readonly kind: 'counts'; readonly events: number; readonly total: number }
  /** The provider answered, and there is no number in it: empty, null, NaN or infinite. */
  | { readonly kind: 'no-data'; readonly message: string }
  /** A timeout, a refusal, an error status, many series, or an answer of another shape. */
  | {
      readonly kind: 'error';
      readonly message: string;
      /** Where it is certain: the question itself is wrong, and no time will change it, or nobody answers it now. */
      readonly cause?: 'question' | 'unreachable';
    };

export interface MetricContext {
  /** Whose rights a tool is called with. */
  readonly as: Identity;
  readonly timeout: Milliseconds;
  /** Sent along by a web metric; told to nobody else. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Reads one kind of provider. Resolves with a reading within the timeout, whatever the provider does; an answer is read up
 * to a bound. Only configured origins are dialled, and no redirect is followed.
 * @throws Aborted where the signal says so, and nothing else but Bug.
 */
export interface MetricSource<Query extends MetricQuery> {
  read(query: Query, context: MetricContext): Promise<MetricReading>;
}

/** Somebody for every kind of question. */
export type MetricSources = {
  readonly [Kind in MetricQuery['kind']]: MetricSource<Extract<MetricQuery, { readonly kind: Kind }>>;
};
