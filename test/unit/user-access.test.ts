import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { userAccess } from '../../operator/adapters/kube/user-access.ts';
import { thrownBy } from '../support/thrown-by.ts';

describe('the rights of the person at the keyboard', () => {
  let folder = '';
  const surroundings = { environment: { PATH: process.env['PATH'] }, interactive: false };
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o700 });
    return path;
  };
  const kubeconfig = (user: object, cluster: object = {}): string =>
    file(
      'config',
      JSON.stringify({
        contexts: [{ name: 'one', context: { cluster: 'c', user: 'u', namespace: 'acme' } }],
        clusters: [{ name: 'c', cluster: { server: 'https://api.example:6443', ...cluster } }],
        users: [{ name: 'u', user }],
        'current-context': 'one',
      }),
    );
  const plugin = (script: string): string => file('plugin.sh', `#!/bin/sh\n${script}\n`);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'code-access-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('come from certificates in the file and from files it names, relative to itself', async () => {
    file('ca.pem', 'authority');
    const path = kubeconfig(
      { 'client-certificate-data': btoa('certificate'), 'client-key-data': btoa('key') },
      { 'certificate-authority': 'ca.pem', 'tls-server-name': 'api' },
    );
    const { context, server, namespace, source } = await userAccess([path], undefined, surroundings);
    assert.deepEqual([context, server, namespace], ['one', 'https://api.example:6443', 'acme']);
    const { tls, headers } = await source.current();
    assert.deepEqual([tls, headers], [{ ca: 'authority', cert: 'certificate', key: 'key', servername: 'api' }, {}]);
  });

  it('come from a token, a token file, or a name and a password', async () => {
    file('token', 'from-file\n');
    const headers = async (user: object) => {
      const { source } = await userAccess([kubeconfig(user)], undefined, surroundings);
      return (await source.current()).headers['authorization'];
    };
    assert.deepEqual(
      [
        await headers({ token: 'T' }),
        await headers({ tokenFile: 'token', token: 'T' }),
        await headers({ username: 'a', password: 'b' }),
      ],
      ['Bearer T', 'Bearer from-file', `Basic ${btoa('a:b')}`],
    );
  });

  it('come from a plugin that is run once, and again after a 401', async () => {
    const command = plugin(
      `echo x >> ${folder}/runs\n` +
        `printf '{"kind":"ExecCredential","status":{"token":"%s-%s"}}' "$WHO" "$(wc -l < ${folder}/runs | tr -d ' ')"`,
    );
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, env: [{ name: 'WHO', value: 'jane' }] };
    const { source } = await userAccess([kubeconfig({ exec })], undefined, surroundings);
    const tokens = [await source.current(), await source.current(), await source.renew(), await source.current()];
    assert.deepEqual(
      tokens.map(({ headers }) => headers['authorization']),
      ['Bearer jane-1', 'Bearer jane-1', 'Bearer jane-2', 'Bearer jane-2'],
    );
  });

  it('are refused in words that hold nothing a plugin printed', async () => {
    const message = async (script: string) => {
      const exec = { command: plugin(script), installHint: 'install it' };
      const { source } = await userAccess([kubeconfig({ exec })], undefined, surroundings);
      return String(await thrownBy(source.current()));
    };
    assert.match(await message('echo secret; exit 3'), /gave nothing \(it ended with 3\).*install it$/);
    assert.match(await message('echo secret'), /\(it printed no JSON\)/);
    assert.notMatch(await message('echo secret'), /secret/);
    const missing = await userAccess([kubeconfig({ exec: { command: './none' } })], undefined, surroundings);
    assert.match(String(await thrownBy(missing.source.current())), /\/none of the kubeconfig gave nothing \(ENOENT\)/);
  });

  it('are refused by name where the plugin cannot use them', async () => {
    const error = await thrownBy(userAccess([kubeconfig({ 'auth-provider': {} })], undefined, surroundings));
    assert.include(String(error), 'auth-provider of context one is not supported');
  });

  it('are merged from the files of $KUBECONFIG, the first winning and missing ones passed over', async () => {
    const first = kubeconfig({ token: 'first' });
    mkdirSync(join(folder, 'more'));
    const second = file(
      'more/config',
      'contexts:\n- name: two\n  context: {cluster: c, user: v}\nusers:\n- name: v\n  user: {token: second}\nclusters: null\n',
    );
    const files = [join(folder, 'missing'), first, second];
    const { context } = await userAccess(files, undefined, surroundings);
    const { source } = await userAccess(files, 'two', surroundings);
    assert.deepEqual([context, (await source.current()).headers['authorization']], ['one', 'Bearer second']);
  });

  it('say that a file is no kubeconfig without quoting it', async () => {
    for (const text of ['a: [secret', '- secret', 'secret']) {
      const error = String(await thrownBy(userAccess([file('config', text)], undefined, surroundings)));
      assert.match(error, /could not read the kubeconfig .*: name another file/);
      assert.notInclude(error, 'secret');
    }
  });
});
