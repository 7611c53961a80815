/** The only place that builds things: settings, hands, engine, rooms, servers; then it leads, works and stops in order. */

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { kubernetesAccess } from './adapters/access.ts';
import { localAuditLog } from './adapters/audit/local-log.ts';
import { processLogAudit } from './adapters/audit/process-log.ts';
import { clock } from './adapters/clock.ts';
import { loadConsensusEngine } from './adapters/consensus/index.ts';
import { expertProviders } from './adapters/experts/index.ts';
import { fetchFrom } from './adapters/fetch-from.ts';
import { Credentials } from './adapters/kube/credentials.ts';
import { type KubeConfigSource, kubeConfigFrom } from './adapters/kube/kube-config-from.ts';
import { KubeWire } from './adapters/kube/wire.ts';
import { winstonLog } from './adapters/log/winston-log.ts';
import { foreignServers, mcpToolCaller, USUAL_MCP_LIMITS } from './adapters/mcp-client/index.ts';
import { metricSources, prometheusAccess } from './adapters/metric-sources/index.ts';
import { PrometheusMetrics } from './adapters/metrics/prometheus-metrics.ts';
import { notifier } from './adapters/notify/index.ts';
import { openPolicyEngine } from './adapters/policy/open-policy-engine.ts';
import { threadTime } from './adapters/policy/thread-time.ts';
import { ajvSchemas } from './adapters/schemas.ts';
import { serviceAccountTokens } from './adapters/service-account-tokens.ts';
import { readSettingsFile } from './adapters/settings-file.ts';
import { otlpTracer } from './adapters/telemetry/otlp-tracer.ts';
import { abortReasons } from './api/abort-reasons.ts';
import { Aborted, asCodeError, InvalidSpec } from './api/errors.ts';
import type { Deployment } from './api/generated/deployment.ts';
import type { Tenant } from './api/generated/tenant.ts';
import { labels, MCP_AUDIENCE } from './api/names.ts';
import { parse } from './api/parse.ts';
import { VERSION_OF_BUILD } from './api/version.ts';
import { deployment } from './controllers/deployment/index.ts';
import { expertConsultation } from './controllers/expert-consultation/index.ts';
import { tenant } from './controllers/tenant/index.ts';
import { caches as cacheDefinitions, configCaches } from './core/caches.ts';
import { lostCalls } from './core/lost-calls.ts';
import { refusedAnswers } from './core/refused-answers.ts';
import { tenantFacts } from './core/tenant-facts.ts';
import { toldDrift } from './core/told-drift.ts';
import { toldEvents } from './core/told-events.ts';
import { toldAgain, toldSpans } from './core/told-spans.ts';
import { toolDigest } from './core/tool-digest.ts';
import type { ApiCall } from './ports/api-call.ts';
import type { ToolCaller } from './ports/tools.ts';
import { allSynced, unsynced } from './runtime/all-synced.ts';
import { apiCallOver } from './runtime/api-call.ts';
import { auditedGate } from './runtime/audited-gate.ts';
import { Caches } from './runtime/caches.ts';
import { Client } from './runtime/client.ts';
import { controller } from './runtime/controller.ts';
import { CodeOperator, type Lifecycle } from './runtime/dot-i.ts';
import { Elector } from './runtime/elect.ts';
import type { Engine } from './runtime/engine.ts';
import { EventRecorder } from './runtime/events.ts';
import { failureHandlers } from './runtime/failure-handlers.ts';
import { KubeFeed } from './runtime/feed.ts';
import { fenced } from './runtime/fenced.ts';
import { HealthChecks } from './runtime/health.ts';
import type { Leadership } from './runtime/leadership.ts';
import { leaseClient } from './runtime/lease-client.ts';
import { performers } from './runtime/performers.ts';
import { Postbox } from './runtime/postbox.ts';
import { ProbeServer } from './runtime/probe-server.ts';
import { reconciler } from './runtime/reconcile.ts';
import { StatusPace } from './runtime/status-pace.ts';
import { stopAtOnce, stopInOrder } from './runtime/stop.ts';
import { TenantConfig } from './runtime/tenant-config.ts';
import { Transport } from './runtime/transport.ts';
import type { Workers } from './runtime/workers.ts';
import { toolEndpoints } from './servers/http.ts';
import { servers } from './servers/index.ts';
import { listenForTools, type ToolListener } from './servers/listen.ts';
import { type Settings, settingsFrom } from './settings.ts';

const settings = await loadSettings();
const log = winstonLog({ ...settings.log, stream: process.stdout });
const metrics = new PrometheusMetrics();
const base = { clock, random: Math.random, metrics, log };
const failures = failureHandlers(log, metrics, (code) => process.exit(code));
process.on('unhandledRejection', failures.unhandledRejection);
process.on('uncaughtException', failures.uncaughtException);

try {
  const parts = await build(settings);
  const operator = CodeOperator.over(parts, log);
  process.once('SIGTERM', () => operator.stop());
  process.once('SIGINT', () => operator.stop());
  await operator.start();
  await parts.ended;
  await operator.stopped;
} catch (thrown) {
  const { reason, message } = asCodeError(thrown);
  if (reason !== abortReasons.shutdown) {
    log.error('the operator ends', { reason, message });
    process.exitCode = 1;
  }
}
process.exit();

/** Everything put together; nothing runs before `start`. `ended` resolves after a stop, and rejects when the lease is lost. */
async function build(settings: Settings): Promise<Lifecycle & { readonly ended: Promise<void> }> {
  const stopping = new AbortController();
  const ended = Promise.withResolvers<void>();
  const credentials = new Credentials(() => kubeConfigFrom(clusterOf(settings)), clock, metrics);
  const wire = new KubeWire(credentials, clock);
  const transport = new Transport({ ...base, wire, version: VERSION_OF_BUILD, host: credentials.host });
  const client = new Client({ transport, clock, controller: 'operator' });
  const caches = new Caches({
    ...base,
    definitions: cacheDefinitions,
    feedOf: (definition) => new KubeFeed(definition, transport, clock),
    read: client.read.bind(client),
  });
  const policy = await openPolicyEngine(settings.files.policyBundle, threadTime);
  if (policy.bundle === 'none') {
    const fields = { file: settings.files.policyBundle };
    log.error(
      'the policy bundle cannot be used, so every step with effects is denied; build it and start again',
      fields,
    );
  }
  const consensus = await loadConsensusEngine(settings.files.wasm);
  const { auditLog } = settings.files;
  const audit = auditLog === undefined ? processLogAudit(log) : await localAuditLog(auditLog);
  const { otlp } = settings.telemetry;
  const tracer = otlp === undefined ? undefined : otlpTracer(otlp, VERSION_OF_BUILD);
  const rooms = new Map<string, Workers>();
  const health = new HealthChecks({
    clock,
    overdue: () => Object.fromEntries([...rooms].map(([name, workers]) => [name, workers.overdue])),
    unsynced: () => unsynced(caches.states),
  });
  const probes = new ProbeServer({ health, log, scrape });
  const reflecting = new AbortController();
  const config = new TenantConfig({
    ...base,
    caches,
    read: client.read.bind(client),
    feedOf: (kind, namespace, as) => new KubeFeed(configCaches[kind], transport, clock, { namespace, as }),
    signal: reflecting.signal,
  });
  let reflected: Promise<void> = Promise.resolve();
  let listener: ToolListener | undefined;
  let leadership: Leadership | undefined;
  let recorder: EventRecorder | undefined;

  return { start, stop, ended: ended.promise };

  async function start(): Promise<void> {
    await probes.listen(settings.http.host, settings.http.port);
    const api = apiCallOver(transport, clock);
    listener = await serveTools(api);
    reflected = caches.run(reflecting.signal);
    await allSynced(caches, clock, stopping.signal);
    log.info('the caches are filled; waiting for the lease', { lease: settings.lease.name });
    leadership = await elector().acquire(stopping.signal);
    void leadership.lost.then((reason) => {
      stopAtOnce([...rooms.values()], reason);
      ended.reject(reason);
    });
    work(leadership, toolCaller(api, listener.port));
  }

  async function stop(): Promise<void> {
    log.info('stopping');
    stopping.abort(new Aborted(abortReasons.shutdown, 'the operator was asked to stop'));
    const stages = [
      { name: 'events', stop: async () => recorder?.stop() },
      { name: 'reflectors', stop: () => endOf(reflected, reflecting) },
      { name: 'tools', stop: async () => listener?.close() },
      { name: 'spans', stop: async () => tracer?.close() },
      { name: 'probes', stop: () => probes.close() },
    ];
    const clean = await stopInOrder({ workers: [...rooms.values()], stages, leadership, clock, log });
    health.stop();
    if (!clean) process.exitCode = 1;
    ended.resolve();
  }

  /** The rooms, over what the leader may do. */
  function work({ fence }: Leadership, tools: ToolCaller): void {
    const events = new EventRecorder({
      ...base,
      writer: fenced(client, fence),
      component: 'code-operator',
      instance: hostname(),
    });
    recorder = events;
    const sources = metricSources({ ...metricDoors(settings), tools });
    const postbox = new Postbox({
      notifier: notifier(settings.notifications.sinks, clock),
      metrics,
      log,
      signal: stopping.signal,
    });
    const engine: Engine = {
      access: async (key, signal) => {
        const { reader, behind } = await caches.reader(key, signal).then(
          (fresh) => ({ reader: fresh, behind: undefined }),
          (thrown: unknown) => ({ reader: caches.cached, behind: asCodeError(thrown) }),
        );
        const writer = fenced(client.recording(caches.writes.hook(key)), fence);
        const doors = { tools, experts: expertProviders, consensus, metrics, metricSources: sources, postbox };
        const hands = { reader, writer, performers: performers(reader, writer, doors) };
        return behind === undefined ? hands : { ...hands, behind };
      },
      config,
      parse: (room, object) => parse[room](object),
      gate: auditedGate({ policy, audit, clock, log, metrics }),
      laws: () => ({ now: clock.now(), epoch: fence.epoch, settings }),
      told: (object, status) => {
        const happened = [
          ...toldDrift(object, status),
          ...toldEvents(object, status.conditions),
          ...refusedAnswers(object, status),
          ...lostCalls(object, status),
        ];
        for (const event of happened) events.record(object, event);
        tracer?.tell(toldSpans(object, object.status, status));
      },
      metrics,
      pace: new StatusPace(clock),
    };
    const shared = { ...base, caches, workers: settings.workers };
    rooms.set('tenant', controller({ ...shared, room: tenant, pass: reconciler(tenant, engine) }));
    rooms.set(
      'deployment',
      controller({
        ...shared,
        room: deployment,
        pass: reconciler(deployment, engine),
        wokenBy: (wake) => {
          config.wakes(wake);
          postbox.wakes(wake);
        },
      }),
    );
    rooms.set(
      'expert-consultation',
      controller({ ...shared, room: expertConsultation, pass: reconciler(expertConsultation, engine) }),
    );
    // border: the store of Deployments holds nothing else
    for (const [, object] of caches.store('Deployment').entries())
      tracer?.tell(toldAgain(object as Deployment, clock.now()));
    for (const workers of rooms.values()) {
      workers.addAll();
      workers.start();
    }
  }

  function elector(): Elector {
    const name = { namespace: settings.namespace, name: settings.lease.name };
    const { durationSeconds, renewDeadlineSeconds, retrySeconds } = settings.lease;
    return new Elector({
      ...base,
      name,
      identity: `${hostname()}_${randomUUID()}`,
      times: {
        duration: durationSeconds * 1000,
        renewDeadline: renewDeadlineSeconds * 1000,
        retryPeriod: retrySeconds * 1000,
      },
      client: leaseClient(new Client({ transport, clock, controller: 'election', lane: 'lease' }), name),
    });
  }

  function serveTools(api: ApiCall): Promise<ToolListener> {
    const access = kubernetesAccess(api, clock);
    const doors = { ...base, access, api, audit, policy, schemas: ajvSchemas(), tenantOf };
    const hostnames = ['127.0.0.1', 'localhost', settings.mcp.host];
    const endpoints = toolEndpoints(servers, doors, { hostnames, version: VERSION_OF_BUILD });
    return listenForTools(endpoints, settings.mcp.host, settings.mcp.port);
  }

  /** Deliveries call our own servers over the protocol like anybody else, on a token of the tenant's ServiceAccount. */
  function toolCaller(api: ApiCall, port: number): ToolCaller {
    const origin = `http://${settings.mcp.host}:${port}`;
    const ours = servers.map(({ name, tools }) => ({
      name,
      url: `${origin}/mcp/${name}`,
      trusted: true,
      pins: new Map(tools.map((tool) => [tool.name, toolDigest(tool)])),
      tokenAudience: MCP_AUDIENCE,
      limits: { ...USUAL_MCP_LIMITS, atOnce: 16, queued: 200 },
    }));
    const tokens = serviceAccountTokens(api, clock);
    const { servers: foreign } = settings.tools;
    const origins = Object.values(foreign).map((address) => new URL(address).origin);
    // A name of ours is ours, whatever the settings say.
    const all = [...foreignServers(settings.tools), ...ours];
    return mcpToolCaller(all, { clock, tokens, fetch: fetchFrom([origin, ...origins]), version: VERSION_OF_BUILD });
  }

  function tenantOf(namespace: string) {
    const name = caches.store('Namespace').get(namespace)?.metadata.labels?.[labels.tenant];
    if (name === undefined) return undefined;
    const owner = caches.store('Tenant').get(name) as Tenant | undefined; // border: the store of Tenants holds nothing else
    return tenantFacts(namespace, name, owner);
  }

  function scrape() {
    for (const workers of rooms.values()) workers.report();
    return metrics.scrape();
  }
}

async function loadSettings(): Promise<Settings> {
  const path = process.env['CODE_SETTINGS'];
  try {
    const parsed = settingsFrom(path === undefined ? undefined : await readSettingsFile(path), process.env);
    if (parsed.ok) return parsed.value;
    throw new InvalidSpec(
      'InvalidSettings',
      parsed.errors.map(({ field, message }) => `${field}: ${message}`).join('; '),
    );
  } catch (thrown) {
    process.stderr.write(`the operator cannot start: ${asCodeError(thrown).message}\n`);
    process.exit(2);
  }
}

/** Metrics are read at the addresses of the settings alone. */
function metricDoors({ metrics }: Settings) {
  const { prometheus, prometheusTokenFiles: tokenFiles, prometheusAuthorityFiles: authorityFiles, web } = metrics;
  const origins = (addresses: Readonly<Record<string, string>>) =>
    fetchFrom(Object.values(addresses).map((address) => new URL(address).origin));
  return {
    prometheus: {
      servers: new Map(Object.entries(prometheus)),
      fetch: origins(prometheus),
      access: prometheusAccess({ tokenFiles, authorityFiles }),
    },
    web: origins(web),
  };
}

function clusterOf({ kubeconfig, context }: Settings): KubeConfigSource {
  if (kubeconfig === undefined) return { kind: 'in-cluster' };
  return { kind: 'file', path: kubeconfig, ...(context === undefined ? {} : { context }) };
}

async function endOf(running: Promise<void>, controller: AbortController): Promise<void> {
  controller.abort();
  await running;
}
