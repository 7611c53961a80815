/** Spans by OTLP over HTTP, to whatever collector the settings name; batching, retries and time limits are the SDK's. */
import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Milliseconds } from '../../core/decision.ts';
import type { Span } from '../../core/told-spans.ts';
import type { Tracer } from '../../ports/tracer.ts';

const TIMEOUT: Milliseconds = 5_000;
const QUEUED_AT_MOST = 2_048;

/** @param endpoint base address of the collector; spans go to its /v1/traces */
export function otlpTracer(endpoint: string, version: string): Tracer {
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces`, timeoutMillis: TIMEOUT });
  const processor = new BatchSpanProcessor({ exporter, maxQueueSize: QUEUED_AT_MOST, exportTimeoutMillis: TIMEOUT });
  const resource = resourceFromAttributes({ 'service.name': 'code-operator', 'service.version': version });
  const scope = { name: 'code-operator', version };
  return {
    tell(spans) {
      for (const span of spans) processor.onEnd(readable(span, resource, scope));
    },
    async close() {
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, TIMEOUT);
      await Promise.race([processor.shutdown().catch(() => undefined), late.promise]);
      clearTimeout(timer);
    },
  };
}

function readable(
  span: Span,
  resource: ReadableSpan['resource'],
  instrumentationScope: ReadableSpan['instrumentationScope'],
): ReadableSpan {
  const { traceId, spanId, parentId, name, start, end, failure, attributes } = span;
  const contextOf = (id: string) => ({ traceId, spanId: id, traceFlags: TraceFlags.SAMPLED });
  return {
    name,
    kind: SpanKind.INTERNAL,
    spanContext: () => contextOf(spanId),
    ...(parentId === undefined ? {} : { parentSpanContext: contextOf(parentId) }),
    startTime: time(start),
    endTime: time(end),
    duration: time(end - start),
    status: failure === undefined ? { code: SpanStatusCode.OK } : { code: SpanStatusCode.ERROR, message: failure },
    attributes,
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function time(milliseconds: Milliseconds): HrTime {
  return [Math.floor(milliseconds / 1000), (milliseconds % 1000) * 1_000_000];
}
