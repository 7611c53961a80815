import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { fetchFrom } from '../../operator/adapters/fetch-from.ts';
import { metricSources, prometheusAccess } from '../../operator/adapters/metric-sources/index.ts';
import { Aborted } from '../../operator/api/errors.ts';
import { resolvePromQl } from '../../operator/core/analysis/resolve-query.ts';
import type { Reader } from '../../operator/ports/kube.ts';
import type { MetricContext, MetricQuery, MetricReading, MetricSources } from '../../operator/ports/metric-source.ts';
import { queryMetric } from '../../operator/runtime/effects/query-metric.ts';
import { createAuthority } from '../cluster/certificates.ts';
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
function read(
  sources: MetricSources,
  query: MetricQuery,
  more: Partial<MetricContext> & { readonly secret?: Readonly<Record<string, string>> } = {},
): Promise<MetricReading> {
  const { timeout, signal } = { timeout: TIMEOUT, signal: new AbortController().signal, ...more };
  const perform = queryMetric(sources, secretReader(more.secret));
  const context = {
    room: 'deployment',
    fieldManager: 'test',
    signal,
    lend: <T>(work: () => Promise<T>) => work(),
  } as const;
  return perform({ type: 'query-metric', metric: 'x', side: 'desired', query, timeout, as: AS }, context);
}

/** One Secret, `web-headers` of the tenant's namespace, that the tenant alone may read. */
function secretReader(secret: Readonly<Record<string, string>> | undefined): Pick<Reader, 'read'> {
  const data = Object.entries(secret ?? {}).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return {
    read: async (reference, as) => {
      assert.deepEqual([reference, as], [{ resource: 'Secret', namespace: 'acme', name: 'web-headers' }, AS]);
      if (secret === undefined) return undefined;
      return {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'web-headers' },
        data: Object.fromEntries(data),
      } as never; // border: as the API server keeps it
    },
  };
}

const SOURCES: Readonly<Record<MetricQuery['kind'], () => Promise<MetricPeer>>> = {
  prometheus: () => prometheusPeer('prometheus'),
  'prometheus-range': () => prometheusPeer('prometheus-range'),
  web: () => webPeer(),
  mcp: () => mcpPeer(),
};

/** What a refusal tells for certain: of PromQL that it cannot be parsed, of 503 that nobody answers now, of a tool nothing. */
const REFUSED: Readonly<Record<string, string | undefined>> = {
  prometheus: 'question',
  'prometheus-range': 'question',
  web: 'unreachable',
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
      assert.equal(reading.kind === 'error' ? reading.cause : '', REFUSED[kind]);
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
      assert.deepInclude(reading, { kind: 'error', cause: 'unreachable' });
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
    const facts = { name: 'a"b\'c', namespace: 'acme', revision: 'r', pods: 'r-.....' };
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
      cause: 'question',
    });
    assert.deepEqual(await instant('answer[5s]'), {
      kind: 'error',
      message: 'the query gives a matrix; ask for a scalar or one series',
      cause: 'question',
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
      cause: 'question',
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
      cause: 'unreachable',
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

describe('a Prometheus behind TLS and a token', () => {
  const up = { status: 'success', data: { resultType: 'scalar', result: [0, '1'] } };
  const query = { kind: 'prometheus', server: 'main', query: 'up', at: 0 } as const;
  let server: ScriptedServer;
  let directory: string;
  let sources: MetricSources;

  /** It serves under a certificate of an authority of its own, and lets in who brings the token. */
  async function serve(token: string): Promise<void> {
    const authority = await createAuthority(Date.now());
    const { certificate, key } = await authority.servingCertificate('prometheus');
    server = await ScriptedServer.start(
      (exchange) => {
        const known = exchange.request.headers['authorization'] === `Bearer ${token}`;
        exchange.json(known ? 200 : 401, known ? up : { status: 'error', error: 'who are you' });
      },
      { cert: certificate, key },
    );
    await writeFile(join(directory, 'ca.pem'), authority.certificate);
  }

  function connect(): void {
    const access = prometheusAccess({
      tokenFiles: { main: join(directory, 'token') },
      authorityFiles: { main: join(directory, 'ca.pem') },
    });
    const servers = new Map([['main', server.url]]);
    sources = metricSources({
      prometheus: { servers, fetch: fetchFrom([server.url]), access },
      web: fetch,
      tools: { call: () => Promise.reject(new Error()) },
    });
  }

  const told = async () => {
    const reading = await read(sources, query);
    return reading.kind === 'error' ? reading.message : reading;
  };
  const VALUE_OF_ONE = { kind: 'values', samples: [{ at: 0, value: 1 }] };

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'prometheus-access-'));
    await serve('first');
    connect();
  });
  afterEach(async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('is read with the token of its file, and with the next one when it is rotated', async () => {
    const token = join(directory, 'token');
    await writeFile(token, 'first\n');
    assert.deepEqual(await told(), VALUE_OF_ONE as never);
    await writeFile(token, 'second\n');
    assert.equal(
      await told(),
      'Prometheus main answered 401: who are you; give the operator a token that may ask it (settings: metrics.prometheusTokenFiles.main)',
    );
    await writeFile(token, 'first');
    assert.deepEqual(await told(), VALUE_OF_ONE as never);
  });

  it('is not asked without a token, whose text nobody is told', async () => {
    const token = join(directory, 'token');
    assert.equal(await told(), `the token file ${token} of a Prometheus cannot be read`);
    await writeFile(token, 'a secret\nof two lines');
    assert.equal(await told(), `the token file ${token} of a Prometheus holds no bearer token; write one line`);
    assert.lengthOf(server.requests, 0);
  });

  it('is trusted by the authorities of its file alone, and by the next ones when they are rotated', async () => {
    await writeFile(join(directory, 'token'), 'first');
    assert.deepEqual(await told(), VALUE_OF_ONE as never);
    const stranger = await createAuthority(Date.now());
    const own = await readFile(join(directory, 'ca.pem'), 'utf8');
    await writeFile(join(directory, 'ca.pem'), stranger.certificate);
    assert.match(String(await told()), /^could not reach Prometheus main: .*certificate/);
    await writeFile(join(directory, 'ca.pem'), own);
    assert.deepEqual(await told(), VALUE_OF_ONE as never);
    await rm(join(directory, 'ca.pem'));
    assert.match(String(await told()), /^the authority file .* of a Prometheus cannot be read$/);
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

  const headed = async (secret?: Readonly<Record<string, string>>) => {
    const query = { kind: 'web', url: `${peer.url}/x`, headersSecret: 'web-headers', pointer: '/x', at: 0 } as const;
    const reading = await read(peer.sources, query, secret === undefined ? {} : { secret });
    return reading.kind === 'error' ? reading.message : reading.kind;
  };

  it('is asked with the headers that a Secret of the tenant holds now', async () => {
    peer = await webPeer((exchange) => {
      const known = exchange.request.headers['authorization'] === 'Bearer second';
      exchange.json(known ? 200 : 401, { x: 1 });
    });
    assert.equal(
      await headed({ Authorization: 'Bearer first\n' }),
      `${new URL(peer.url).host} answered 401; give it credentials by provider.web.headersSecret`,
    );
    assert.equal(await headed({ Authorization: 'Bearer second\n', 'X-Scope-OrgID': 'acme' }), 'values');
  });

  it('is not asked where the Secret is absent or holds no headers, and tells nothing of what it holds', async () => {
    let asked = 0;
    peer = await webPeer((exchange) => {
      asked += 1;
      exchange.json(200, { x: 1 });
    });
    assert.equal(await headed(), 'Secret web-headers of provider.web.headersSecret does not exist; create it');
    const remedy = 'name an own header and give it one line of ASCII';
    for (const [key, value] of [
      ['Host', 'else.where'],
      ['Content-Length', '1'],
      ['a.b', 'x'],
      ['X-Key', 'one\r\nX-Two: two'],
      ['X-Empty', ''],
    ] as const) {
      assert.equal(
        await headed({ [key]: value }),
        `key ${key} of Secret web-headers is no header that may be sent; ${remedy}`,
      );
    }
    assert.equal(asked, 0);
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
