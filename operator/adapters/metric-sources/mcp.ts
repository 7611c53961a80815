import { atPointer } from '../../core/analysis/at-pointer.ts';
import { readingOf } from '../../core/analysis/reading-of.ts';
import { digest } from '../../core/hash.ts';
import type { MetricSource, ToolQuery } from '../../ports/metric-source.ts';
import type { ToolCaller } from '../../ports/tools.ts';
import { asReading } from './as-reading.ts';

/** A number in the structured content of a tool that only reads. */
export function mcp(tools: ToolCaller): MetricSource<ToolQuery> {
  return {
    read: (query, { as, timeout, signal }) => {
      const { server, tool, pointer, at } = query;
      return asReading(`${server}.${tool}`, { as, timeout, signal }, async (both) => {
        const outcome = await tools.call(
          {
            type: 'call-tool',
            name: tool,
            server,
            tool,
            arguments: query.arguments,
            key: digest({ query, as }),
            readOnly: true,
            timeout,
            as,
          },
          both,
        );
        if (outcome.state !== 'succeeded') return { kind: 'error', message: outcome.message };
        return readingOf(atPointer(outcome.content, pointer), at, pointer);
      });
    },
  };
}
