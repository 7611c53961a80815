/** Providers of metrics as a test needs them: each can be asked for every kind of answer, good and bad. */
import { Agent, fetch as undiciFetch } from 'undici';
import { clock } from '../../operator/adapters/clock.ts';
import { fetchFrom } from '../../operator/adapters/fetch-from.ts';
import { mcpToolCaller, USUAL_MCP_LIMITS } from '../../operator/adapters/mcp-client/index.ts';
import { metricSources } from '../../operator/adapters/metric-sources/index.ts';
import type { Json } from '../../operator/core/json.ts';
import type { MetricQuery, MetricSources } from '../../operator/ports/metric-source.ts';
import type { ToolCaller } from '../../operator/ports/tools.ts';
import { READ_ONLY, type Tool, USUAL_LIMITS } from '../../operator/servers/tool.ts';
import { createAuthority } from '../cluster/certificates.ts';
import { type PrometheusPeer, startPrometheus } from './prometheus.ts';
import { type Exchange, ScriptedServer } from './scripted-server.ts';
import { startToolService } from './tool-service.ts';

/** `many`: more than one number where one is asked for. `silence`: the connection stays open and nothing comes. */
export type Answer = 'value' | 'counts' | 'nothing' | 'nan' | 'many' | 'refusal' | 'silence' | 'huge';

export interface MetricPeer {
  readonly sources: MetricSources;
  /** The question that is answered so. */
  ask(answer: Answer): Promise<MetricQuery>;
  stop(): Promise<void>;
}

/** The value that every peer gives. */
export const VALUE = 0.25;

const HUGE = 1_500_000;

const noTools: ToolCaller = {
  call: () => Promise.reject(new Error('this peer has no tools')),
};

/** A real Prometheus. `silence` stops it until the peer is stopped. */
export async function prometheusPeer(kind: 'prometheus' | 'prometheus-range'): Promise<MetricPeer & PrometheusPeer> {
  const startedAt = Date.now();
  const exposed = [
    `answer ${VALUE}`,
    'broken NaN',
    'two{side="a"} 1',
    'two{side="b"} 2',
    `quoted{app="a\\"b'c"} ${VALUE}`,
    `wide{text="${'x'.repeat(1_000)}"} 1`,
  ];
  const prometheus = await startPrometheus(exposed.join('\n'));
  const servers = new Map([['default', prometheus.url]]);
  const times = (count: number) => '$1'.repeat(count);
  // PromQL has no pair of counts: a ratio is a value.
  const queries: Readonly<Record<Answer, string>> = {
    value: 'answer',
    counts: 'answer',
    nothing: 'nobody_serves_this',
    nan: 'broken',
    many: 'two',
    refusal: 'sum(',
    silence: 'answer',
    huge: `label_replace(label_replace(wide, "a", "${times(32)}", "text", "(.*)"), "b", "${times(48)}", "a", "(.*)")`,
  };
  return {
    ...prometheus,
    sources: metricSources({ prometheus: { servers, fetch: fetchFrom([prometheus.url]) }, web: fetch, tools: noTools }),
    async ask(answer) {
      if (answer === 'silence') await prometheus.pause();
      return promQl(kind, queries[answer], startedAt);
    },
  };
}

export function promQl(
  kind: 'prometheus' | 'prometheus-range',
  query: string,
  startedAt: number,
): Extract<MetricQuery, { readonly query: string }> {
  const at = Date.now();
  return kind === 'prometheus'
    ? { kind, server: 'default', query, at }
    : { kind, server: 'default', query, from: startedAt, to: at, every: 200 };
}

/** A web server with TLS, whose path names the answer. */
export async function webPeer(
  script: (exchange: Exchange) => void | Promise<void> = answerByPath,
): Promise<MetricPeer & { readonly url: string }> {
  const authority = await createAuthority(Date.now());
  const { certificate, key } = await authority.servingCertificate('metrics');
  const server = await ScriptedServer.start(script, { cert: certificate, key });
  const dispatcher = new Agent({ connect: { ca: authority.certificate } });
  // border: undici's own fetch, for its dispatcher; its types differ from Node's in name only
  const dial = ((url: URL, init: object) => undiciFetch(url, { ...init, dispatcher })) as unknown as typeof fetch;
  const doors = { prometheus: { servers: new Map(), fetch }, web: fetchFrom([server.url], dial), tools: noTools };
  return {
    url: server.url,
    sources: metricSources(doors),
    ask: async (answer) => ({ kind: 'web', url: `${server.url}/${answer}`, pointer: '/data/0', at: Date.now() }),
    async stop() {
      await dispatcher.destroy();
      await server.stop();
    },
  };
}

async function answerByPath(exchange: Exchange): Promise<void> {
  const answer = exchange.request.path.slice(1);
  if (answer === 'silence') return;
  if (answer === 'refusal') return exchange.json(503, { error: 'down' });
  if (answer === 'huge') return exchange.json(200, { data: ['x'.repeat(HUGE)] });
  exchange.json(200, { data: [BODIES[answer] ?? null] });
}

const BODIES: Readonly<Record<string, Json>> = {
  value: VALUE,
  counts: { events: 3, total: 12 },
  nan: 'NaN',
  many: [1, 2],
};

/** Real MCP servers over HTTP, one tool an answer; `write` is a tool that does not only read. */
export async function mcpPeer(trusted = true): Promise<MetricPeer> {
  const tool = (name: string, run: () => Promise<Json>, annotations = READ_ONLY): Tool => ({
    name,
    title: name,
    description: `Answers with ${name}.`,
    inputSchema: { type: 'object', additionalProperties: false, properties: {} },
    outputSchema: { type: 'object', additionalProperties: false, properties: { value: {} } },
    annotations,
    limits: { ...USUAL_LIMITS, resultBytes: 2 * HUGE },
    run: async () => ({ content: { value: await run() } }),
  });
  const tools = [
    ...Object.entries(BODIES).map(([name, body]) => tool(name, async () => body)),
    tool('nothing', async () => null),
    tool('huge', async () => 'x'.repeat(HUGE)),
    tool('silence', () => new Promise(() => undefined)),
    tool('write', async () => VALUE, { ...READ_ONLY, readOnlyHint: false }),
  ];
  const service = await startToolService({ servers: [{ name: 'metrics', title: 'Metrics', tools }] });
  const settings = {
    name: 'metrics',
    url: `${service.origin}/mcp/metrics`,
    trusted,
    pins: 'first-use' as const,
    tokenAudience: 'code-mcp',
    limits: USUAL_MCP_LIMITS,
  };
  const tokens = { token: async () => 'tenant', forget: () => undefined };
  const caller = mcpToolCaller([settings], { clock, tokens, fetch: fetchFrom([service.origin]), version: '0.0.0' });
  return {
    sources: metricSources({ prometheus: { servers: new Map(), fetch }, web: fetch, tools: caller }),
    // There is no tool `refusal`: the server refuses to call it.
    ask: async (answer) => ({
      kind: 'mcp',
      server: 'metrics',
      tool: answer,
      arguments: {},
      pointer: '/value',
      at: Date.now(),
    }),
    stop: () => service.close(),
  };
}
