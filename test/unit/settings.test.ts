import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { parse } from 'yaml';
import { type Settings, settingsFrom } from '../../operator/settings.ts';
import { projectRoot } from '../verbs/project.ts';

const DEFAULTS: Settings = {
  namespace: 'code-system',
  http: { host: '0.0.0.0', port: 8080 },
  mcp: { host: '127.0.0.1', port: 8090 },
  lease: { name: 'code-operator', durationSeconds: 15, renewDeadlineSeconds: 10, retrySeconds: 2 },
  untenanted: 'Serve',
  podSecurityVersion: 'v1.36',
  workers: 10,
  log: { level: 'info', format: 'json' },
  metrics: { prometheus: {}, prometheusTokenFiles: {}, prometheusAuthorityFiles: {}, web: {} },
  tools: { servers: {}, trust: {}, tokenFiles: {} },
  notifications: { sinks: {} },
  telemetry: {},
  files: { policyBundle: 'build/policy/policy.wasm', wasm: 'build/wasm' },
};

const read = (file: unknown, environment: Readonly<Record<string, string>> = {}): Settings => {
  const parsed = settingsFrom(file, environment);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.value;
};
const wrong = (file: unknown, environment: Readonly<Record<string, string>> = {}) => {
  const parsed = settingsFrom(file, environment);
  return parsed.ok ? [] : parsed.errors.map(({ field, message }) => `${field}: ${message}`);
};

describe('the settings', () => {
  it('have a default each, but for the ways to a cluster', () => {
    for (const nothing of [undefined, null, {}]) assert.deepEqual(read(nothing), DEFAULTS);
  });

  it('pin Pod Security to the version of our policies, in tenants and in our own namespace alike', () => {
    const text = (path: string): string => readFileSync(join(projectRoot, 'config', path), 'utf8');
    const proved = /Standards of Kubernetes (\d+\.\d+)/.exec(text('policies/packs/pod_security.rego'))?.[1];
    const own: { metadata: { labels: Record<string, string> } } = parse(text('namespace/namespace.yaml'));
    const label = own.metadata.labels['pod-security.kubernetes.io/enforce-version'];
    assert.deepEqual([read({}).podSecurityVersion, label], [`v${proved}`, `v${proved}`]);
  });

  it('are read from the file, and the environment goes before it', () => {
    const file = { http: { port: 9000 }, log: { level: 'debug' }, kubeconfig: '/k' };
    assert.deepEqual(read(file, { CODE_HTTP_PORT: '9001', CODE_AUDIT_LOG: '/a', HOME: '/root' }), {
      ...DEFAULTS,
      kubeconfig: '/k',
      http: { host: '0.0.0.0', port: 9001 },
      log: { level: 'debug', format: 'json' },
      files: { ...DEFAULTS.files, auditLog: '/a' },
    });
  });

  it('are frozen, all of them', () => {
    const settings = read({});
    assert.isTrue(
      [settings, settings.http, settings.mcp, settings.lease, settings.log, settings.files].every(Object.isFrozen),
    );
  });

  it('name the field, its value and what is allowed, all at once', () => {
    assert.deepEqual(wrong({ workers: 0, log: { level: 'loud' } }, { CODE_HTTP_PORT: 'eighty', CODE_CONTEXT: '' }), [
      'context: "" is not allowed; give a text of 1 to 1024 characters',
      'http.port: "eighty" is not allowed; give a whole number from 0 to 65535',
      'workers: 0 is not allowed; give a whole number from 1 to 200',
      'log.level: "loud" is not allowed; give one of debug, info, warn, error',
    ]);
  });

  it('take whole numbers only where things are counted', () => {
    assert.lengthOf(wrong({ workers: 2.5, http: { port: 80.5 } }), 2);
    assert.equal(read({ lease: { retrySeconds: 0.5 } }).lease.retrySeconds, 0.5);
    for (const value of [true, null, [], 'Infinity', '', ' '])
      assert.lengthOf(wrong({ workers: value }), 1, String(value));
  });

  it('refuse what is no setting, whatever every object inherits', () => {
    const stranger = 'is no setting of this operator; remove it';
    assert.deepEqual(wrong({ wokers: 1, http: 8080, toString: 1, workers: { many: 1 } }), [
      `wokers: ${stranger}`,
      `http: ${stranger}`,
      `toString: ${stranger}`,
      `workers.many: ${stranger}`,
    ]);
    assert.deepEqual(wrong('workers: 1'), ['settings: must be a map of settings']);
    assert.deepEqual(wrong({ http: [1] }), ['http: must be a map of settings']);
  });

  it('name the sources of metrics as the platform does, each by a plain address', () => {
    const file = {
      metrics: { prometheus: { main: 'http://prometheus:9090/' }, web: { shop: 'https://shop.example' } },
    };
    assert.deepEqual(read(file).metrics, {
      prometheus: { main: 'http://prometheus:9090' },
      prometheusTokenFiles: {},
      prometheusAuthorityFiles: {},
      web: { shop: 'https://shop.example' },
    });
    assert.deepEqual(read(file, { CODE_METRICS_PROMETHEUS: 'a=http://a, b=http://b:1/x' }).metrics.prometheus, {
      a: 'http://a',
      b: 'http://b:1/x',
    });
    const [plain, name, user] = wrong({
      metrics: { web: { a: 'http://plain', 'A b': 'https://x', c: 'https://u:p@x' } },
    });
    const allowed = 'give an address that begins with https://, without user, query or fragment';
    assert.equal(plain, `metrics.web.a: is not allowed; ${allowed}`);
    assert.equal(name, 'metrics.web.A b: is no name; use lower-case letters, digits and dashes');
    assert.equal(user, `metrics.web.c: is not allowed; ${allowed}`);
  });

  it('name files of tokens and authorities for a Prometheus over https only', () => {
    const files = { prometheusTokenFiles: { main: '/t' }, prometheusAuthorityFiles: { main: '/ca' } };
    const metrics = { prometheus: { main: 'https://prometheus:9090' }, ...files };
    assert.deepEqual(read({ metrics }).metrics, { ...metrics, web: {} });
    const message = 'names no server of metrics.prometheus with an https address';
    assert.deepEqual(wrong({ metrics: { ...metrics, prometheus: { main: 'http://prometheus:9090' } } }), [
      `metrics.prometheusTokenFiles.main: ${message}`,
      `metrics.prometheusAuthorityFiles.main: ${message}`,
    ]);
  });

  it('name tool servers beside ours, with what is known of each of them', () => {
    const tools = {
      servers: { ops: 'http://ops.tools:8080/mcp' },
      trust: { ops: 'Trusted' },
      tokenFiles: { ops: '/t' },
    };
    assert.deepEqual(read({ tools }).tools, tools);
    assert.deepEqual(wrong({ tools: { servers: { ops: 'ftp://ops' }, trust: { ops: 'maybe', gone: 'Trusted' } } }), [
      'tools.servers.ops: is not allowed; give an address that begins with http:// or https://, without user, query or fragment',
      'tools.trust.ops: is not allowed; give one of FirstUse, Trusted',
      'tools.trust.gone: names no server of tools.servers',
    ]);
  });

  it('name sinks of notices, each with what it is told', () => {
    const bot = { kind: 'webhook', url: 'http://bot/hook', keyFile: '/keys/bot' };
    const file = (sinks: object) => ({ notifications: { sinks } });
    assert.deepEqual(read(file({ bot, chat: { ...bot, default: true, events: ['failed'] } })).notifications.sinks, {
      bot: {
        ...bot,
        kind: 'webhook',
        default: false,
        events: ['started', 'completed', 'failed', 'cancelled', 'rolled_back', 'approval_needed'],
      },
      chat: { ...bot, kind: 'webhook', default: true, events: ['failed'] },
    });
    assert.deepEqual(wrong(file({ bot: { kind: 'mail', url: 'bot', default: 'yes', events: ['ended'], to: 'me' } })), [
      'notifications.sinks.bot.kind: is not one of webhook, cloudevents, slack',
      'notifications.sinks.bot.url: is no address of http:// or https:// without user, query or fragment',
      'notifications.sinks.bot.keyFile: has to name the mounted file of the key',
      'notifications.sinks.bot.default: is not true or false',
      'notifications.sinks.bot.events: is no list of started, stage_completed, completed, failed, cancelled, rolled_back, approval_needed',
      'notifications.sinks.bot.to: is no setting of a sink; remove it',
    ]);
    assert.deepEqual(
      wrong(file({ bot: 'http://bot' })),
      [
        'kind: is not one of webhook, cloudevents, slack',
        'url: is no address of http:// or https:// without user, query or fragment',
        'keyFile: has to name the mounted file of the key',
      ]
        .map((message) => `notifications.sinks.bot.${message}`)
        .concat('notifications.sinks.bot: is no setting of a sink; remove it'),
    );
    const acme = read(file({ acme: { ...bot, url: 'https://bot.example/hook', tenants: ['acme'] } }));
    assert.deepEqual(acme.notifications.sinks['acme']?.tenants, ['acme']);
    for (const tenants of [[], 'acme', ['A b'], [7], null]) {
      assert.deepEqual(wrong(file({ bot: { ...bot, tenants } })), [
        'notifications.sinks.bot.tenants: is no list of at most 64 names of Tenants',
      ]);
    }
    const many = Object.fromEntries([...'abcde'].map((name) => [name, { ...bot, default: true }]));
    assert.deepEqual(wrong(file(many)), ['notifications.sinks: has more than 4 sinks with default: true']);
  });

  it('send no notice in the clear out of the cluster', () => {
    const mistakes = (kind: string, url: string) =>
      wrong({ notifications: { sinks: { bot: { kind, url, keyFile: '/keys/bot' } } } });
    for (const url of [
      'https://bot.example/hook',
      'http://127.0.0.1:9/hook',
      'http://bot/hook',
      'http://bot.ops.svc/hook',
      'http://bot.ops.svc.cluster.local:8080/hook',
    ]) {
      assert.deepEqual(mistakes('webhook', url), [], url);
    }
    const clear =
      'notifications.sinks.bot.url: is http, in the clear outside the cluster; use https, or a Service of the cluster (http://<name>.<namespace>.svc)';
    for (const url of ['http://bot.example/hook', 'http://10.0.0.7/hook', 'http://169.254.169.254/']) {
      assert.deepEqual(mistakes('cloudevents', url), [clear], url);
    }
    assert.deepEqual(mistakes('slack', 'http://hooks.ops.svc'), [clear]);
  });

  it('never let two replicas lead at once: a lease outlives its renewal, which outlives a retry', () => {
    assert.deepEqual(wrong({ lease: { durationSeconds: 10 } }), [
      'lease.renewDeadlineSeconds: must be less than lease.durationSeconds, else two replicas may lead at once',
    ]);
    assert.deepEqual(wrong({ lease: { retrySeconds: 10 } }), [
      'lease.retrySeconds: must be less than lease.renewDeadlineSeconds, else one failed renewal loses the lease',
    ]);
  });
});
