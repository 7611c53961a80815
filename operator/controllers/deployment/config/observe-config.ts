import type { Deployment } from '../../../api/generated/deployment.ts';
import { configReferencesOf } from '../../../core/config-references.ts';
import { equal } from '../../../core/merge-patch.ts';
import type { ConfigReader } from '../../../ports/config.ts';
import type { Doors } from '../../../ports/doors.ts';
import type { ControllerRevision, ReplicaSet } from '../cluster-objects.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { copyName, type FrozenConfig, isKnown } from '../delivery/frozen-config.ts';
import { planOfRevision, tenantIdentity } from '../observed.ts';
import { revisionOf } from '../rollout/revision-of.ts';
import type { ConfigSource } from './config-source.ts';
import type { ObservedConfig, ObservedCopy } from './observed-config.ts';

interface Look {
  readonly namespace: string;
  /** False before the tenant's identity stands: nothing can be asked under it. */
  readonly identified: boolean;
  readonly signal: AbortSignal;
}

/** The objects that the spec names, as they are. */
export async function lookAtSources(
  { spec }: Deployment,
  config: ConfigReader,
  { namespace, identified, signal }: Look,
): Promise<readonly ConfigSource[]> {
  const references = configReferencesOf(spec.template.spec);
  if (references.length === 0) return [];
  const message = 'the identity to read it with does not stand yet';
  if (!identified) return references.map((reference) => ({ ...reference, sight: { state: 'refused', message } }));
  const sights = await config.look(namespace, references, tenantIdentity({ namespace }), signal);
  return references.map((reference, index) => ({ ...reference, sight: sights[index] ?? { state: 'absent' } }));
}

/** The copies of the revisions that stand or are desired, and whether the desired one differs from what serves by config alone. */
export async function observeConfig(
  object: Deployment,
  delivery: Delivery,
  sources: readonly ConfigSource[],
  plans: readonly ControllerRevision[],
  replicaSets: readonly ReplicaSet[],
  { reader, config }: Doors,
  look: Look,
): Promise<ObservedConfig> {
  const serving = planOfRevision(plans, object.status?.revisions?.serving ?? '');
  const revisions = replicaSets.map((one) => planOfRevision(plans, revisionOf(one)));
  const wanted = distinct([delivery.plan, ...revisions].flatMap((plan) => plan?.config ?? []).filter(isKnown));
  const copies = look.identified ? await lookAtCopies(wanted, sources, config, look) : [];
  const { plan } = delivery;
  const byConfig = serving !== undefined && serving.revision !== plan.revision;
  if (!byConfig || !equal(serving.template, plan.template)) return { sources, copies };
  const changed = (plan.config ?? []).filter((one) => !serving.config?.some((old) => equal(old, one)));
  return { sources, copies, change: { changed, sharers: sharersOf(changed, reader, look.namespace) } };
}

async function lookAtCopies(
  wanted: readonly FrozenConfig[],
  sources: readonly ConfigSource[],
  config: ConfigReader,
  { namespace, signal }: Look,
): Promise<readonly ObservedCopy[]> {
  const as = tenantIdentity({ namespace });
  const questions = wanted.map((one) => ({ kind: one.kind, name: copyName(one), of: one.name }));
  const sights = await config.look(namespace, questions, as, signal);
  const looked = wanted.map((one, index) => ({ ...one, sight: sights[index] ?? ({ state: 'absent' } as const) }));
  // Only a copy that is not there needs what it was made from, which the spec may name no more.
  const unnamed = looked.filter(
    ({ kind, name, sight }) =>
      sight.state === 'absent' && !sources.some((source) => source.kind === kind && source.name === name),
  );
  const found = await config.look(namespace, unnamed, as, signal);
  const known = [...sources, ...unnamed.map(({ kind, name }, index) => ({ kind, name, sight: found[index] }))];
  return looked.map((one) => {
    const source = known.find(({ kind, name }) => kind === one.kind && name === one.name)?.sight;
    return { ...one, renewable: source?.state === 'present' && source.digest === one.digest };
  });
}

function sharersOf(changed: readonly FrozenConfig[], reader: Doors['reader'], namespace: string): readonly string[] {
  const named = changed.flatMap(({ kind, name }) =>
    reader.by<Deployment>('Deployment', 'config', `${kind}/${namespace}/${name}`),
  );
  return [...new Set(named.map(({ metadata }) => metadata.uid ?? ''))];
}

function distinct(all: readonly FrozenConfig[]): readonly FrozenConfig[] {
  return [...new Map(all.map((one) => [`${one.kind}/${copyName(one)}`, one])).values()];
}
