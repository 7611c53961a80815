/** The only file of this room that may await: it gathers what one pass decides on, all of it from the cache. */
import type { Deployment, DeploymentStatus } from '../../api/generated/deployment.ts';
import type { ExpertConsultation } from '../../api/generated/expert-consultation.ts';
import type { Tenant } from '../../api/generated/tenant.ts';
import { labels, TENANT_SERVICE_ACCOUNT } from '../../api/names.ts';
import type { CodeObject, KubeObject } from '../../api/objects.ts';
import { keyOf } from '../../api/resources.ts';
import { OPERATOR } from '../../core/action.ts';
import { covers } from '../../core/covers.ts';
import type { Doors } from '../../ports/doors.ts';
import type { Reader } from '../../ports/kube.ts';
import { labelOf } from './build/pod-template.ts';
import { replicaSet } from './build/replica-set.ts';
import type {
  ControllerRevision,
  EndpointSlice,
  HorizontalPodAutoscaler,
  HttpRoute,
  Job,
  Pod,
  ReplicaSet,
  RoleBinding,
  Service,
} from './cluster-objects.ts';
import { lookAtSources, observeConfig } from './config/observe-config.ts';
import { type Delivery, deliveryOf } from './delivery/delivery.ts';
import type { FrozenPlan } from './delivery/frozen-plan.ts';
import { recall } from './delivery/recall.ts';
import { withoutForgotten } from './drift/without-forgotten.ts';
import { type DeploymentObserved, keptPlan } from './observed.ts';
import { observeOrder } from './order/observe-order.ts';
import { isIdentified } from './steps/claim-identity.ts';
import { withLostUndos } from './tools/lost-undo.ts';
import { canaryTrafficOf } from './traffic/canary-traffic-of.ts';
import { heldRoute } from './traffic/held-route.ts';
import { namedServices } from './traffic/named-services.ts';

export async function observe(object: CodeObject, doors: Doors, signal: AbortSignal): Promise<DeploymentObserved> {
  const { reader } = doors;
  const deployment = object as Deployment; // border: parsed against its schema by the engine
  const { uid = '', name, namespace = '' } = deployment.metadata;
  const replicaSets = reader.by<ReplicaSet>('ReplicaSet', 'owner', uid);
  const plans = reader.by<ControllerRevision>('ControllerRevision', 'owner', uid);
  const owner = tenancy(reader, namespace);
  const look = { namespace, identified: isIdentified(owner), signal };
  const sources = await lookAtSources(deployment, doors.config, look);
  const before = keptPlan(plans, deployment.status?.plan?.hash ?? '');
  const delivery = deliveryOf(deployment, before, sources, doors.now);
  const orphan = orphanOf(reader, deployment, delivery.plan);
  return {
    object: deployment,
    delivery,
    memory: withoutForgotten(memoryOf(deployment, delivery, before, plans), doors.now),
    namespace,
    ...owner,
    order: observeOrder(reader, deployment, owner.tenant),
    config: await observeConfig(deployment, delivery, sources, plans, replicaSets, doors, look),
    plans,
    replicaSets,
    ...(orphan === undefined ? {} : { orphan }),
    pods: replicaSets.flatMap(({ metadata }) => reader.by<Pod>('Pod', 'owner', metadata.uid ?? '')),
    jobs: reader.by<Job>('Job', 'owner', uid),
    services: await servicesOf(reader, namespace, name, delivery, signal),
    routes: await routesOf(reader, namespace, name, delivery, signal),
    servesRoutes: reader.serves('HTTPRoute'),
    slices: reader.by<EndpointSlice>('EndpointSlice', 'deployment', keyOf({ namespace, name: labelOf(name) })),
    consultations: reader.by<ExpertConsultation>('ExpertConsultation', 'owner', uid),
    autoscalers: reader.by<HorizontalPodAutoscaler>(
      'HorizontalPodAutoscaler',
      'scaleTarget',
      keyOf({ namespace, name }),
    ),
  };
}

function memoryOf(
  object: Deployment,
  delivery: Delivery,
  before: FrozenPlan | undefined,
  plans: readonly ControllerRevision[],
): DeploymentStatus {
  const memory = recall(object, delivery, before);
  if (memory.tools === undefined) return memory;
  return { ...memory, tools: withLostUndos(memory.tools, (plan) => keptPlan(plans, plan) !== undefined) };
}

/** A Service that Git owns carries our label from the first switch on; until then only the API server knows it. */
async function servicesOf(
  reader: Reader,
  namespace: string,
  name: string,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<readonly Service[]> {
  const known = reader.by<Service>('Service', 'deployment', keyOf({ namespace, name: labelOf(name) }));
  const unknown = namedServices({ delivery }).filter(
    (service) => !known.some(({ metadata }) => metadata.name === service),
  );
  const found = unknown.map((service) =>
    reader.read<Service>({ resource: 'Service', namespace, name: service }, OPERATOR, signal),
  );
  return [...known, ...(await Promise.all(found)).filter((service) => service !== undefined)];
}

/** As with Services: one that Git owns carries our label only while a delivery holds it, and no cache keeps who manages it. */
async function routesOf(
  reader: Reader,
  namespace: string,
  name: string,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<readonly HttpRoute[]> {
  const known = reader.by<HttpRoute>('HTTPRoute', 'deployment', keyOf({ namespace, name: labelOf(name) }));
  const named = canaryTrafficOf({ delivery })?.route?.name;
  const held = known.filter((one) => heldRoute(one) !== undefined).map(({ metadata }) => metadata.name);
  const names = new Set([...held, ...(named === undefined ? [] : [named])]);
  if (names.size === 0 || !reader.serves('HTTPRoute')) return known;
  const found = [...names].map((route) =>
    reader.read<HttpRoute>({ resource: 'HTTPRoute', namespace, name: route }, OPERATOR, signal),
  );
  const live = (await Promise.all(found)).filter((route) => route !== undefined);
  return [...known.filter(({ metadata }) => !names.has(metadata.name)), ...live];
}

/** Nobody owns it, and its pods are what this plan asks for: the name alone would prove nothing. */
function orphanOf(reader: Reader, owner: Deployment, plan: FrozenPlan): ReplicaSet | undefined {
  const intent = replicaSet(owner, plan, 0);
  const { name, namespace = '' } = intent.metadata;
  const found = reader.get<ReplicaSet>({ resource: 'ReplicaSet', namespace, name });
  if (found === undefined || (found.metadata.ownerReferences ?? []).length > 0) return undefined;
  const { template, selector } = intent.spec;
  return covers({ ...found.spec }, { template, selector }) ? found : undefined;
}

function tenancy(reader: Reader, namespace: string) {
  const tenantName = reader.get<KubeObject>({ resource: 'Namespace', name: namespace })?.metadata.labels?.[
    labels.tenant
  ];
  const tenant = tenantName === undefined ? undefined : reader.get<Tenant>({ resource: 'Tenant', name: tenantName });
  const account = reader.get<KubeObject>({ resource: 'ServiceAccount', namespace, name: TENANT_SERVICE_ACCOUNT });
  return {
    ...(tenantName === undefined ? {} : { tenantName }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(account === undefined ? {} : { serviceAccount: account }),
    roleBindings: reader.by<RoleBinding>('RoleBinding', 'namespace', namespace),
  };
}
