import { atPointer } from '../../core/analysis/at-pointer.ts';
import { readingOf } from '../../core/analysis/reading-of.ts';
import type { MetricSource, WebQuery } from '../../ports/metric-source.ts';
import { asReading } from './as-reading.ts';
import { causeOf } from './cause-of.ts';
import { jsonAnswer } from './json-answer.ts';

/** A number in a JSON document over https; `fetch` dials the configured hosts only. */
export function web(fetch: typeof globalThis.fetch): MetricSource<WebQuery> {
  return {
    read: ({ url, pointer, at }, context) => {
      const { protocol, host } = new URL(url);
      return asReading(host, context, async (signal) => {
        if (protocol !== 'https:')
          return { kind: 'error', message: `${host} is not asked without TLS; use https`, cause: 'question' };
        const headers = { ...context.headers, accept: 'application/json' };
        const { status, body } = await jsonAnswer(fetch, host, url, { headers, signal });
        if (status === 401 || status === 403) {
          const message = `${host} answered ${status}; give it credentials by provider.web.headersSecret`;
          return { kind: 'error', message, ...causeOf(status) };
        }
        if (status !== 200) return { kind: 'error', message: `${host} answered ${status}`, ...causeOf(status) };
        if (body === undefined) return { kind: 'error', message: `${host} did not answer with JSON` };
        return readingOf(atPointer(body, pointer), at, pointer);
      });
    },
  };
}
