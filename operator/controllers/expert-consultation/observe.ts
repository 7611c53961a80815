/** The only file of this room that awaits: it reads the Tenant and the evidence, the latter as the tenant. */
import { Denied } from '../../api/errors.ts';
import type { EvidenceReference, ExpertConsultation, Withdrawal } from '../../api/generated/expert-consultation.ts';
import type { Tenant } from '../../api/generated/tenant.ts';
import { labels } from '../../api/names.ts';
import type { CodeObject, KubeObject } from '../../api/objects.ts';
import { apiVersionOf, type ResourceName, resources } from '../../api/resources.ts';
import { digest } from '../../core/hash.ts';
import type { Json } from '../../core/json.ts';
import { plain } from '../../core/merge-patch.ts';
import type { Doors } from '../../ports/doors.ts';
import { remembered } from './memory.ts';
import type { Evidence, Gathering, ObservedConsultation } from './observed.ts';
import { choosePanel } from './panel.ts';
import { peopleOf } from './people.ts';
import { subject } from './subject.ts';

const BLOCK_BYTES = 8 * 1024;

export async function observe(object: CodeObject, doors: Doors, signal: AbortSignal): Promise<ObservedConsultation> {
  const consultation = object as ExpertConsultation; // border: parsed against its schema by the engine
  const memory = remembered(consultation);
  const gathering: Gathering =
    memory.questionDigest === undefined ? await gather(consultation, doors, signal) : { state: 'settled' };
  const tenant = tenantOf(consultation, doors);
  const choice = choosePanel(consultation.spec, tenant);
  const withdrawn = consultation.spec.withdrawn ?? endOfSubject(consultation, doors);
  const people = peopleOf(consultation, choice.ok ? choice.panel.experts : [], doors.now, withdrawn);
  return {
    object: consultation,
    gathering,
    people,
    memory,
    ...(tenant === undefined ? {} : { tenant }),
    ...(withdrawn === undefined ? {} : { withdrawn }),
  };
}

/** Whoever asked is being deleted, and calls what it must before it goes: until garbage collection comes nobody has to answer. */
function endOfSubject({ metadata, spec }: ExpertConsultation, { reader }: Doors): Withdrawal | undefined {
  const { kind, name = '', uid } = spec.subject ?? {};
  if (kind !== 'Deployment' || uid === undefined) return undefined;
  const asking = reader.get<KubeObject>({ resource: 'Deployment', namespace: metadata.namespace ?? '', name });
  const isGoing = asking?.metadata.uid === uid && asking.metadata.deletionTimestamp !== undefined;
  return isGoing ? { reason: 'Deleted', message: `Deployment ${name} is being deleted` } : undefined;
}

function tenantOf({ metadata }: ExpertConsultation, { reader }: Doors): Tenant | undefined {
  const namespace = reader.get<KubeObject>({ resource: 'Namespace', name: metadata.namespace ?? '' });
  const name = namespace?.metadata.labels?.[labels.tenant];
  return name === undefined ? undefined : reader.get<Tenant>({ resource: 'Tenant', name });
}

async function gather(consultation: ExpertConsultation, doors: Doors, signal: AbortSignal): Promise<Gathering> {
  const { context, subject: about } = consultation.spec;
  const blocks: Evidence[] = [];
  if (context?.text !== undefined) blocks.push(block('text', 'text', undefined, context.text));
  try {
    if (about?.kind === 'Deployment' && about.planName !== undefined) {
      blocks.push(...(await planned(consultation, about.planName, doors, signal)));
    }
    for (const reference of context?.references ?? []) {
      if (reference.kind === 'ControllerRevision' && reference.name === about?.planName) continue;
      blocks.push(await referenced(consultation, reference, doors, signal));
    }
  } catch (thrown) {
    if (thrown instanceof Missing) return { state: 'missing', what: thrown.message };
    // What may not be read and what is not there are told alike: a consultation is no way to probe a namespace.
    if (thrown instanceof Denied) return { state: 'forbidden', what: 'an object it references' };
    throw thrown;
  }
  return { state: 'gathered', blocks };
}

/** Says which evidence does not exist (yet); never leaves this file. */
class Missing extends Error {}

/** The frozen plan of the delivery that asks, and how many pods it is for. */
async function planned(
  consultation: ExpertConsultation,
  planName: string,
  doors: Doors,
  signal: AbortSignal,
): Promise<Evidence[]> {
  const { subject: about } = consultation.spec;
  const namespace = consultation.metadata.namespace ?? '';
  const plan = { resource: 'ControllerRevision', namespace, name: planName } as const;
  const revision =
    doors.reader.get<KubeObject & { readonly data?: Json }>(plan) ??
    (await doors.reader.read<KubeObject & { readonly data?: Json }>(plan, subject({ object: consultation }), signal));
  if (revision?.data === undefined) throw new Missing(`ControllerRevision ${plan.name}`);
  const deployment = doors.reader.get<KubeObject & { readonly spec?: { readonly replicas?: number } }>({
    resource: 'Deployment',
    namespace,
    name: about?.name ?? '',
  });
  const scale = { replicas: deployment?.spec?.replicas ?? 1 };
  return [block('plan', 'plan', plan.name, revision.data), block('scale', 'Deployment', about?.name, scale)];
}

async function referenced(
  consultation: ExpertConsultation,
  reference: EvidenceReference,
  doors: Doors,
  signal: AbortSignal,
): Promise<Evidence> {
  const resource = resourceOf(reference);
  if (resource === undefined)
    throw new Missing(`${reference.kind} ${reference.name}: a kind the operator does not read`);
  const target = { resource, namespace: consultation.metadata.namespace ?? '', name: reference.name };
  const found = await doors.reader.read<KubeObject>(target, subject({ object: consultation }), signal);
  if (found === undefined) throw new Missing(`${reference.kind} ${reference.name}`);
  const content = shown(plain(found), reference.fields);
  return block(
    `${reference.kind.toLowerCase()}-${reference.name}`.slice(0, 64),
    reference.kind,
    reference.name,
    content,
  );
}

/** The tenant may read them for the copies of a revision, and nobody may have them told by asking experts. */
const UNTOLD: ReadonlySet<string> = new Set(['ConfigMap', 'Secret']);

function resourceOf({ apiVersion, kind }: EvidenceReference): ResourceName | undefined {
  const entry = Object.entries(resources).find(
    ([, resource]) =>
      resource.kind === kind &&
      apiVersionOf(resource) === apiVersion &&
      resource.namespaced &&
      !UNTOLD.has(resource.kind),
  );
  return entry?.[0] as ResourceName | undefined; // border: Object.entries forgets the keys' type
}

/** The named fields only; without names all but what machines keep in metadata. */
function shown(object: Json, fields: readonly string[] | undefined): Json {
  if (fields !== undefined) return Object.fromEntries(fields.map((path) => [path, at(object, path.split('.'))]));
  if (!isObject(object) || !isObject(object['metadata'])) return object;
  const { managedFields: _fields, annotations: _annotations, ...metadata } = object['metadata'];
  return { ...object, metadata };
}

function at(value: Json, path: readonly string[]): Json {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  return isObject(value) ? at(value[head] ?? null, rest) : null;
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

function block(id: string, kind: string, name: string | undefined, content: Json): Evidence {
  const bytes = Buffer.byteLength(JSON.stringify(content));
  return {
    id,
    kind,
    ...(name === undefined ? {} : { name }),
    bytes,
    ...(bytes > BLOCK_BYTES ? { truncated: true } : {}),
    digest: digest(content),
    content,
  };
}
