import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { Credentials } from '../../operator/adapters/kube/credentials.ts';
import { kubeConfigFrom } from '../../operator/adapters/kube/kube-config-from.ts';
import { KubeWire } from '../../operator/adapters/kube/wire.ts';
import type { WireCall } from '../../operator/ports/wire.ts';
import { type CertificateAuthority, createAuthority, type KeyedCertificate } from '../cluster/certificates.ts';
import { RecordedMetrics } from '../support/recorded-metrics.ts';
import { ScriptedServer } from '../support/scripted-server.ts';
import { thrownBy } from '../support/thrown-by.ts';
import { until } from '../support/until.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const SECRET = 'very-secret-token';
const FAILURES = 'code_credentials_failures_total';

describe("the operator's credentials", () => {
  let directory: string;
  let clock: VirtualClock;
  let metrics: RecordedMetrics;
  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };

  /** A kubeconfig file, and the credentials that are read from it. */
  function credentialsOf(user: object, server = 'https://127.0.0.1:1', cluster: object = {}): Credentials {
    const path = file('kubeconfig', kubeconfig(user, server, cluster));
    return new Credentials(() => kubeConfigFrom({ kind: 'file', path }), clock, metrics);
  }

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'credentials-'));
    clock = new VirtualClock();
    metrics = new RecordedMetrics();
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it('name the server and carry token, authority and client certificate', async () => {
    const [ca, cert, key] = [file('ca', 'CA'), file('cert', 'CERT'), file('key', 'KEY')];
    const user = { token: SECRET, 'client-certificate': cert, 'client-key': key };
    const credentials = credentialsOf(user, 'https://api.example:6443', {
      'certificate-authority': ca,
      'tls-server-name': 'sni',
    });
    const { server, headers, tls } = await credentials.current();
    assert.equal(credentials.host, 'api.example:6443');
    assert.deepEqual([server, headers], ['https://api.example:6443', { authorization: `Bearer ${SECRET}` }]);
    assert.deepEqual(tls, {
      ca: Buffer.from('CA'),
      cert: Buffer.from('CERT'),
      key: Buffer.from('KEY'),
      servername: 'sni',
    });
  });

  it('know user and password too', async () => {
    const { headers } = await credentialsOf({ username: 'u', password: 'p' }).current();
    assert.deepEqual(headers, { authorization: `Basic ${Buffer.from('u:p').toString('base64')}` });
  });

  it('take the newline off a token file', async () => {
    const tokenFile = file('token', `${SECRET}\n`);
    const { headers } = await credentialsOf({
      'auth-provider': { name: 'tokenFile', config: { tokenFile } },
    }).current();
    assert.deepEqual(headers, { authorization: `Bearer ${SECRET}` });
  });

  it('are read again after 10 s, and TLS material that changed has another digest', async () => {
    const cert = file('cert', 'ONE');
    const credentials = credentialsOf({ 'client-certificate': cert, 'client-key': file('key', 'KEY') });
    const first = await credentials.current();
    writeFileSync(cert, 'TWO');
    await clock.advance(9_999);
    assert.deepEqual(await credentials.current(), first);
    await clock.advance(1);
    const second = await credentials.current();
    assert.deepEqual(second.tls.cert, Buffer.from('TWO'));
    assert.notEqual(second.tlsDigest, first.tlsDigest);
  });

  it('are the last good ones while reading fails, and the failures are counted', async () => {
    const cert = file('cert', 'ONE');
    const credentials = credentialsOf({ 'client-certificate': cert, 'client-key': file('key', 'KEY') });
    const first = await credentials.current();
    rmSync(cert);
    await clock.advance(10_000);
    assert.deepEqual(await credentials.current(), first);
    assert.deepEqual(await credentials.current(), first);
    assert.equal(metrics.counts.get(FAILURES), 1);
  });

  it('run an exec plugin once for all who wait', async () => {
    const { command, runs } = plugin(`echo '${JSON.stringify({ status: { token: SECRET } })}'`);
    const credentials = credentialsOf({ exec: { apiVersion: 'client.authentication.k8s.io/v1', command } });
    const all = await Promise.all(Array.from({ length: 10 }, () => credentials.current()));
    assert.isTrue(all.every(({ headers }) => headers['authorization'] === `Bearer ${SECRET}`));
    assert.equal(runs(), 1);
  });

  it('never say what a plugin printed', async () => {
    const { command } = plugin(`echo '{ "token": "${SECRET}" not json'; echo ${SECRET} >&2; exit 1`);
    const error = await thrownBy(credentialsOf({ exec: { apiVersion: 'v1', command } }).current());
    assert.equal(error.reason, 'CredentialsUnavailable');
    assert.notInclude(JSON.stringify([error.message, error.stack, String(error.cause)]), SECRET);
  });

  it('do not wait for a plugin that hangs', async () => {
    const { command, runs } = plugin(`while [ -e ${file('held', '')} ]; do sleep 0.05; done`);
    const reading = thrownBy(credentialsOf({ exec: { apiVersion: 'v1', command } }).current());
    await until('the plugin ran', 5_000, () => runs() === 1);
    await clock.advance(20_000);
    assert.equal((await reading).reason, 'CredentialsUnavailable');
  });

  it('are made anew by a renewal, without any cache', async () => {
    const path = file('kubeconfig', kubeconfig({ token: 'one' }));
    const credentials = new Credentials(() => kubeConfigFrom({ kind: 'file', path }), clock, metrics);
    await credentials.current();
    file('kubeconfig', kubeconfig({ token: 'two' }));
    assert.equal((await credentials.current()).headers['authorization'], 'Bearer one');
    assert.equal((await credentials.renew()).headers['authorization'], 'Bearer two');
  });

  it('refuse a kubeconfig that is none without quoting it', () => {
    const path = file('broken', `token: [${SECRET}`);
    assert.throws(
      () => kubeConfigFrom({ kind: 'file', path }),
      `could not read the kubeconfig ${path} (its content is no kubeconfig)`,
    );
    assert.throws(() => kubeConfigFrom({ kind: 'file', path: `${path}-absent` }), '(ENOENT)');
  });

  it('refuse a proxy, which they cannot use', () => {
    const cluster = { 'proxy-url': 'http://proxy.example' };
    assert.throws(
      () => credentialsOf({ token: SECRET }, 'https://127.0.0.1:1', cluster).host,
      'proxy-url of a kubeconfig is not supported',
    );
  });

  describe('over TLS', () => {
    let authority: CertificateAuthority;
    let server: ScriptedServer;
    let wire: KubeWire;
    const call: WireCall = {
      method: 'GET',
      path: '/',
      accept: 'application/json',
      headers: {},
      lane: 'calls',
      signal: new AbortController().signal,
    };

    before(async () => {
      authority = await createAuthority(Date.now());
    });

    beforeEach(async () => {
      const { certificate, key } = await authority.servingCertificate('scripted');
      server = await ScriptedServer.start(
        (exchange) => (exchange.request.path === '/watch' ? exchange.open() : exchange.json(200, {})),
        { cert: certificate, key },
      );
    });

    afterEach(async () => {
      await wire.close();
      await server.stop();
    });

    const write = ({ certificate, key }: KeyedCertificate) => ({
      'client-certificate': file('cert', certificate),
      'client-key': file('key', key),
    });

    it('new TLS material makes new connections; the old close after their calls, and watches move within 60 s', async () => {
      const cluster = { 'certificate-authority': file('ca', authority.certificate) };
      const credentials = credentialsOf(write(await authority.clientCertificate('one')), server.url, cluster);
      wire = new KubeWire(credentials, clock);
      await (await wire.exchange(call)).text();
      const watch = await wire.exchange({ ...call, lane: 'watch', path: '/watch' });
      const ended = thrownBy(drain(watch.lines()));
      assert.equal(server.connections, 2);
      write(await authority.clientCertificate('two'));
      await clock.advance(10_000);
      await (await wire.exchange(call)).text();
      assert.equal(server.connections, 3);
      await until('the old connection for calls was closed', 5_000, () => server.open === 2);
      await clock.advance(60_000);
      assert.equal((await ended).reason, 'ConnectionLost');
      await (await wire.exchange(call)).text();
      assert.equal(server.connections, 3);
    });

    it('a server that another authority vouches for is not talked to', async () => {
      const other = await createAuthority(Date.now());
      const cluster = { 'certificate-authority': file('ca', other.certificate) };
      wire = new KubeWire(credentialsOf({ token: SECRET }, server.url, cluster), clock);
      assert.equal((await thrownBy(wire.exchange(call))).reason, 'ConnectFailed');
      assert.deepEqual(server.requests, []);
    });
  });

  /** A program that notes each run of it and then does what the line says. */
  function plugin(line: string): { readonly command: string; readonly runs: () => number } {
    const notes = file('runs', '');
    const command = file('plugin', `#!/bin/sh\necho run >> ${notes}\n${line}\n`);
    chmodSync(command, 0o755);
    return { command, runs: () => readFileSync(notes, 'utf8').split('\n').length - 1 };
  }
});

function kubeconfig(user: object, server = 'https://127.0.0.1:1', cluster: object = {}): string {
  return JSON.stringify({
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  });
}

async function drain(lines: AsyncIterable<string>): Promise<void> {
  for await (const _line of lines);
}
