import { assert } from 'chai';
import { metricSources } from '../../operator/adapters/metric-sources/index.ts';
import { Aborted } from '../../operator/api/errors.ts';
import { resolvePromQl } from '../../operator/core/analysis/resolve-query.ts';
import type { MetricContext, MetricQuery, MetricReading, MetricSources } from '../../operator/ports/metric-source.ts';
import { queryMetric } from '../../operator/runtime/effects/query-metric.ts';
import {
  type Answer,
  type MetricPeer,
  mcpPeer,
  prometheusPeer,
  promQl,
  VALUE,
  webPeer,
} from '../support/metric-peers.ts';
import { ScriptedServer } from '../support/scripted-server.ts';
import { thrownBy } from '../support/thrown-by.ts';
import { until } from '../support/until.ts';

const AS = { kind: 'service-account', namespace: 'acme', name: 'code-tenant' } as const;
const TIMEOUT = 5_000;
const SHORT = 400;

/** As the engine reads it. */
function read(sources: MetricSources, query: MetricQuery, more: Partial<MetricContext> = {}): Promise<MetricReading> {
  const { timeout, signal } = { timeout: TIMEOUT, signal: new AbortController().signal, ...more };
  const perform = queryMetric(sources);
  const context = {
    room: 'deployment',
    fieldManager: 'test',
    signal,
    lend: <T>(work: () => Promise<T>) => work(),
  } as const;
  return perform({ type: 'query-metric', metric: 'x', side: 'desired', query, timeout, as: AS }, context);
}

const SOURCES: Readonly<Record<MetricQuery['kind'], () => Promise<MetricPeer>>> = {
  prometheus: () => prometheusPeer('prometheus'),
  'prometheus-range': () => prometheusPeer('prometheus-range'),
  web: () => webPeer(),
  mcp: () => mcpPeer(),
};

/** PromQL has no pair of counts; its ratios are series. */
const COUNTING: ReadonlySet<string> = new Set(['web', 'mcp']);

for (const [kind, start] of Object.entries(SOURCES)) {
  describe(`a metric source: ${kind}`, function () {
    // The first run builds Prometheus.
    this.timeout(30 * 60_000);
    let peer: MetricPeer;
    const ask = async (answer: Answer, more?: Partial<MetricContext>) =>
      read(peer.sources, await peer.ask(answer), more);

    before(async () => {
      peer = await start();
      await until(`${kind} had data`, 20_000, async () => (await ask('value')).kind === 'values');
    });
    after(() => peer.stop());

    it('reads a value', async () => {
      const reading = await ask('value');
      assert.equal(reading.kind, 'values');
      if (reading.kind === 'values')
        assert.deepEqual(new Set(reading.samples.map(({ value }) => value)), new Set([VALUE]));
    });

    if (COUNTING.has(kind)) {
      it('reads counts', async () => {
        assert.deepEqual(await ask('counts'), { kind: 'counts', events: 3, total: 12 });
      });
    }

    it('tells an empty answer and NaN as no data', async () => {
      assert.deepEqual([(await ask('nothing')).kind, (await ask('nan')).kind], ['no-data', 'no-data']);
    });

    it('tells more than one number as an error, naming what is there', async () => {
      const reading = await ask('many');
      assert.match(
        reading.kind === 'error' ? reading.message : '',
        /gives 2 series; aggregate|is no number but \[1,2\]/,
      );
    });

    it('tells a refusal as an error, with its words', async () => {
      const reading = await ask('refusal');
      assert.match(
        reading.kind === 'error' ? reading.message : '',
        /answered 400: .*parse error|answered 503|offers no tool refusal/,
      );
    });

    it('reads an answer up to a bound and no further', async () => {
      const reading = await ask('huge');
      assert.match(reading.kind === 'error' ? reading.message : '', /larger than 1048576 bytes/);
    });

    it('is thrown as stopped when the pass is, and as nothing else', async () => {
      const stopped = AbortSignal.abort(new Aborted('Aborted', 'the pass was stopped'));
      assert.instanceOf(await thrownBy(ask('value', { signal: stopped })), Aborted);
    });

    it('tells a provider that says nothing as an error at the deadline', async () => {
      const reading = await ask('silence', { timeout: SHORT });
      assert.match(reading.kind === 'error' ? reading.message : '', /did not answer within 0\.4 s/);
    });
  });
}

describe('Prometheus', function () {
  this.timeout(30 * 60_000);
  const startedAt = Date.now();
  let peer: Awaited<ReturnType<typeof prometheusPeer>>;
  const instant = (query: string) => read(peer.sources, promQl('prometheus', query, startedAt));
  const range = (query: string) => read(peer.sources, promQl('prometheus-range', query, startedAt));
  before(async () => {
    peer = await prometheusPeer('prometheus');
    await until('Prometheus had data', 20_000, async () => (await instant('answer')).kind === 'values');
  });
  after(() => peer.stop());

  it('may answer with a scalar', async () => {
    const reading = await instant('scalar(answer) * 2');
    assert.deepEqual(reading.kind === 'values' ? reading.samples[0]?.value : reading, 2 * VALUE);
  });

  it('gives no data by dividing by nothing', async () => {
    assert.deepEqual(await instant('scalar(vector(0)) / 0'), { kind: 'no-data', message: 'the scalar is NaN' });
    assert.deepEqual(await instant('vector(1) / 0'), { kind: 'no-data', message: 'the value is +Inf' });
  });

  it('takes a template that holds quotes for the value it is, in every kind of quotes that escapes', async () => {
    const facts = { name: 'a"b\'c', namespace: 'acme', revision: 'r' };
    for (const query of ['quoted{app="{{name}}"}', "quoted{app='{{name}}'}"]) {
      const resolved = resolvePromQl(query, facts);
      assert.isTrue(resolved.ok);
      const reading = await instant(resolved.ok ? resolved.value : '');
      assert.equal(reading.kind === 'values' ? reading.samples[0]?.value : reading, VALUE);
    }
    const raw = resolvePromQl('quoted{app=`{{name}}`} or vector(1)', facts);
    assert.equal((await instant(raw.ok ? raw.value : '')).kind, 'values');
  });

  it('is told that a text or a range is no value', async () => {
    assert.deepEqual(await instant('"text"'), {
      kind: 'error',
      message: 'the query gives a string; ask for a scalar or one series',
    });
    assert.deepEqual(await instant('answer[5s]'), {
      kind: 'error',
      message: 'the query gives a matrix; ask for a scalar or one series',
    });
  });

  it('leaves windows without a finite value out of a series', async () => {
    const count = (reading: MetricReading) => (reading.kind === 'values' ? reading.samples.length : 0);
    const all = await until('there were ten windows', 20_000, async () => {
      const found = count(await range('answer'));
      return found >= 10 && found;
    });
    // Division by 0 up to a second ago, by 1 from then on.
    const finite = count(await range(`answer / (time() > bool ${Date.now() / 1000 - 1})`));
    assert.isAbove(finite, 0);
    assert.isBelow(finite, all);
  });

  it('gives series to a second reader that agree with the first: nothing is remembered', async () => {
    const query = promQl('prometheus-range', 'answer', startedAt);
    assert.deepEqual(await read(peer.sources, query), await read(peer.sources, query));
  });

  it('is asked by a name of the settings only', async () => {
    const reading = await read(peer.sources, { kind: 'prometheus', server: 'evil', query: '1', at: startedAt });
    assert.deepEqual(reading, {
      kind: 'error',
      message: 'no Prometheus is named evil; configured: default (settings: metrics.prometheus)',
    });
  });
});

describe('a Prometheus that misbehaves', () => {
  let server: ScriptedServer;
  afterEach(() => server.stop());

  const told = async (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
    server = await ScriptedServer.start((exchange) => exchange.json(status, body, headers));
    const doors = { servers: new Map([['default', `${server.url}/prefix/`]]), fetch };
    const sources = metricSources({
      prometheus: doors,
      web: fetch,
      tools: { call: () => Promise.reject(new Error()) },
    });
    return read(sources, { kind: 'prometheus', server: 'default', query: 'up', at: 1_700_000_000_123 });
  };

  it('is asked by form, at the moment of the look, under its own path', async () => {
    await told(200, { status: 'success', data: { resultType: 'vector', result: [] } });
    const [{ method, path, body } = { method: '', path: '', body: '' }] = server.requests;
    assert.deepEqual(
      [method, path, body],
      ['POST', '/prefix/api/v1/query', 'query=up&time=1700000000.123&timeout=5000ms'],
    );
  });

  it('is quoted when it is down, and told when it answers something else', async () => {
    assert.deepEqual(await told(503, { status: 'error', error: 'TSDB not ready' }), {
      kind: 'error',
      message: 'Prometheus default answered 503: TSDB not ready',
    });
    await server.stop();
    assert.deepEqual(await told(200, { status: 'success', data: {} }), {
      kind: 'error',
      message: 'Prometheus default answered 200 without a result',
    });
  });

  it('is out of reach when nothing listens', async () => {
    server = await ScriptedServer.start(() => undefined);
    const doors = { servers: new Map([['default', server.url]]), fetch };
    const sources = metricSources({
      prometheus: doors,
      web: fetch,
      tools: { call: () => Promise.reject(new Error()) },
    });
    await server.stop();
    const reading = await read(sources, { kind: 'prometheus', server: 'default', query: 'up', at: 0 });
    assert.match(
      reading.kind === 'error' ? reading.message : '',
      /^could not reach Prometheus default: .*ECONNREFUSED/,
    );
    server = await ScriptedServer.start(() => undefined);
  });
});

describe('a web metric', () => {
  let peer: Awaited<ReturnType<typeof webPeer>>;
  afterEach(() => peer.stop());
  const told = async (url: string) => {
    const reading = await read(peer.sources, { kind: 'web', url, pointer: '/x', at: 0 });
    return reading.kind === 'error' ? reading.message : reading.kind;
  };

  it('is read from hosts of the settings only, and over TLS only', async () => {
    peer = await webPeer();
    assert.equal(
      await told('https://169.254.169.254/latest/meta-data'),
      'https://169.254.169.254 is not among the configured servers; add it to the settings',
    );
    assert.equal(
      await told(`${peer.url.replace('https', 'http')}/value`),
      `${new URL(peer.url).host} is not asked without TLS; use https`,
    );
  });

  it('follows no redirect, wherever it leads', async () => {
    peer = await webPeer((exchange) => exchange.json(302, {}, { location: 'http://127.0.0.1:1/' }));
    assert.match(await told(`${peer.url}/moved`), /^could not reach 127\.0\.0\.1:\d+: unexpected redirect/);
  });

  it('is told when the answer is no JSON', async () => {
    peer = await webPeer(async (exchange) => {
      await exchange.raw('<html>');
      exchange.end();
    });
    assert.equal(await told(`${peer.url}/page`), `${new URL(peer.url).host} did not answer with JSON`);
  });
});

describe('a metric of an MCP tool', () => {
  let peer: MetricPeer;
  afterEach(() => peer.stop());
  const told = async (tool: string) => {
    const query = { kind: 'mcp', server: 'metrics', tool, arguments: {}, pointer: '/value', at: Date.now() } as const;
    const reading = await read(peer.sources, query);
    return reading.kind === 'error' ? reading.message : reading.kind;
  };
  const refusal = (tool: string) =>
    `metrics.${tool} is not known to be read-only with an output schema; measure with a tool that is`;

  it('is never one that does not only read', async () => {
    peer = await mcpPeer();
    assert.equal(await told('write'), refusal('write'));
  });

  it('is none of a server whose hints nobody approved', async () => {
    peer = await mcpPeer(false);
    assert.equal(await told('value'), refusal('value'));
  });
});
