/**
 * The TypeScript side of the reference: our engine, with a room that does exactly what reference/reconciler.go does, as a
 * process of its own with the same three HTTP calls. Run as `reference-room.ts <kubeconfig> <port>`.
 */
import { createServer } from 'node:http';
import { clock } from '../../operator/adapters/clock.ts';
import { Credentials } from '../../operator/adapters/kube/credentials.ts';
import { kubeConfigFrom } from '../../operator/adapters/kube/kube-config-from.ts';
import { KubeWire } from '../../operator/adapters/kube/wire.ts';
import { winstonLog } from '../../operator/adapters/log/winston-log.ts';
import { PrometheusMetrics } from '../../operator/adapters/metrics/prometheus-metrics.ts';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import { API_VERSION, labels } from '../../operator/api/names.ts';
import type { CodeObject, KubeObject } from '../../operator/api/objects.ts';
import { parse } from '../../operator/api/parse.ts';
import { OPERATOR } from '../../operator/core/action.ts';
import type { CacheDefinition } from '../../operator/core/caches.ts';
import { act, done } from '../../operator/core/decision.ts';
import type { GateQuestion, Verdict } from '../../operator/core/gate-input.ts';
import type { Observed, Room } from '../../operator/core/room.ts';
import { Caches } from '../../operator/runtime/caches.ts';
import { Client } from '../../operator/runtime/client.ts';
import { controller } from '../../operator/runtime/controller.ts';
import { applyObject } from '../../operator/runtime/effects/apply-object.ts';
import { KubeFeed } from '../../operator/runtime/feed.ts';
import { Permit } from '../../operator/runtime/gate.ts';
import type { Performer, Performers } from '../../operator/runtime/perform.ts';
import { reconciler } from '../../operator/runtime/reconcile.ts';
import { Transport } from '../../operator/runtime/transport.ts';
import type { Pass } from '../../operator/runtime/workers.ts';

const [kubeconfig = '', port = ''] = process.argv.slice(2);
const IMAGE = 'code-engine.dev/bench-image';

interface Seen extends Observed {
  readonly object: Deployment;
  readonly account?: KubeObject;
}

const room: Room<Seen> = {
  name: 'deployment',
  resource: 'Deployment',
  steps: [{ name: 'apply', condition: 'Applied', decide }],
  teardown: [],
  triggers: [{ resource: 'ServiceAccount', keys: ownersOf }],
  async observe(object, { reader }) {
    const deployment = object as Deployment; // border: parsed by the engine
    const account = reader.get<KubeObject>({ resource: 'ServiceAccount', ...placeOf(deployment) });
    return { object: deployment, ...(account === undefined ? {} : { account }) };
  },
  absorb(observed, effects) {
    const outcome = effects.at(-1)?.outcome as { readonly object: KubeObject } | undefined; // border: its only action answers so
    return outcome === undefined ? observed : { ...observed, account: outcome.object };
  },
  needsFinalizer: () => false,
  subject: () => OPERATOR,
  gateFacts: () => ({}),
  report: ({ object }) => ({ message: `ServiceAccount ${object.metadata.name} stands` }),
};

function decide({ object, account }: Seen) {
  const image = object.spec.template.spec.containers[0]?.image ?? '';
  const owned = account?.metadata.ownerReferences?.some(({ uid }) => uid === object.metadata.uid) === true;
  const message = `ServiceAccount ${object.metadata.name} stands`;
  if (owned && account.metadata.annotations?.[IMAGE] === image) return done('Applied', message);
  return act('Applying', message, { type: 'apply-object', object: intentOf(object, image), as: OPERATOR });
}

function intentOf(owner: Deployment, image: string) {
  const { name, uid = '' } = owner.metadata;
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      ...placeOf(owner),
      labels: { [labels.guardrail]: 'bench' },
      annotations: { [IMAGE]: image },
      ownerReferences: [
        { apiVersion: API_VERSION, kind: 'Deployment', name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    automountServiceAccountToken: false,
  };
}

function placeOf({ metadata: { namespace = '', name } }: KubeObject) {
  return { namespace, name };
}

function ownersOf(object: KubeObject) {
  const owners = (object.metadata.ownerReferences ?? []).filter(({ kind }) => kind === 'Deployment');
  return owners.map(({ name }) => ({ namespace: object.metadata.namespace ?? '', name }));
}

const definitions: readonly CacheDefinition[] = [
  { resource: 'Deployment', indexes: {} },
  { resource: 'ServiceAccount', labelSelector: labels.guardrail, indexes: {} },
  { resource: 'Namespace', indexes: {} },
];

const metrics = new PrometheusMetrics();
const log = winstonLog({ level: 'warn', format: 'json', stream: process.stdout });
const base = { clock, random: Math.random, metrics, log };
const credentials = new Credentials(() => kubeConfigFrom({ kind: 'file', path: kubeconfig }), clock, metrics);
const wire = new KubeWire(credentials, clock);
const transport = new Transport({ ...base, wire, version: '0.0.0-bench', host: credentials.host });
const client = new Client({ transport, clock, controller: 'bench' });
const caches = new Caches({
  ...base,
  definitions,
  feedOf: (definition) => new KubeFeed(definition, transport, clock),
  read: client.read.bind(client),
});
let [passes, applies] = [0, 0];

const pass = reconciler(room, {
  access: async (key, signal) => {
    const reader = await caches.reader(key, signal);
    const writer = client.recording(caches.writes.hook(key));
    const never: Performer<never> = () => Promise.reject(new Error('the room of the reference only applies'));
    const apply = applyObject(reader, writer, metrics);
    // border: the other actions do not occur here
    const performers = new Proxy({}, { get: (_, type) => (type === 'apply-object' ? apply : never) }) as Performers;
    return { reader, writer, performers };
  },
  metrics,
  config: { look: async () => [] },
  parse: (name, object) => parse[name](object),
  // The Go side asks no policy: what the gate costs is measured by gate.ts.
  gate: async (question) => allowed(question),
  laws: () => ({ now: clock.now(), epoch: 0, settings: { untenanted: 'Serve', podSecurityVersion: 'v1.36' } }),
  told: (_object: CodeObject) => {
    applies += 1;
  },
});
const counted: Pass = async (...parameters) => {
  const result = await pass(...parameters);
  passes += 1;
  return result;
};

function allowed(question: GateQuestion) {
  const verdict: Verdict = {
    decisionId: 'bench',
    allowed: true,
    outcome: 'allow',
    reasons: [],
    warnings: [],
    bundle: 'bench',
    step: question.step,
  };
  const permit = Permit.for(verdict, question.actions);
  return permit === undefined ? { verdict } : { verdict, permit };
}

void caches.run(new AbortController().signal);
await caches.synced(AbortSignal.timeout(60_000));
const workers = controller({ ...base, room, pass: counted, caches, workers: 10 });

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const count = Number(searchParams.get('count'));
  const begin = performance.now();
  if (pathname === '/start') {
    workers.start();
    await reached(() => applies >= count);
  }
  if (pathname === '/resync') {
    const goal = passes + count;
    workers.addAll();
    await reached(() => passes >= goal);
  }
  const known = caches.store('Deployment').size;
  response.end(JSON.stringify({ known, seconds: (performance.now() - begin) / 1000 }));
}).listen(Number(port), '127.0.0.1');

async function reached(holds: () => boolean): Promise<void> {
  while (!holds()) await clock.sleep(1);
}
