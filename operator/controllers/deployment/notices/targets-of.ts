import { NOTICE_TYPES, type NoticeType } from '../../../api/notices.ts';
import type { Laws } from '../../../core/laws.ts';
import type { DeploymentObserved } from '../observed.ts';

/** Who is told, and of what. */
export interface Target {
  readonly sink: string;
  readonly events: readonly NoticeType[];
}

type Told = Pick<DeploymentObserved, 'object' | 'tenantName'>;
type Sinks = NonNullable<Laws['settings']['notifications']>['sinks'];

/** The sinks that hold for every Deployment and those that this one names; what it says of events goes before the settings. */
export function targetsOf(observed: Told, { settings }: Laws): readonly Target[] {
  const sinks = allowed(observed, settings.notifications?.sinks ?? {});
  const named = observed.object.spec.notify ?? [];
  const usual = Object.entries(sinks)
    .filter(([name, sink]) => sink.default && !named.some(({ sink: other }) => other === name))
    .map(([sink, { events }]) => ({ sink, events }));
  // A sink that nobody configured is told of all, so that its first notice says that there is no such sink.
  return [
    ...usual,
    ...named.map(({ sink, events }) => ({ sink, events: events ?? sinkOf(sinks, sink)?.events ?? NOTICE_TYPES })),
  ];
}

/** Whether the settings have a sink of this name for the Tenant of the object. One of other Tenants is told apart from none by nothing. */
export function isConfigured(name: string, observed: Told, { settings }: Laws): boolean {
  return sinkOf(allowed(observed, settings.notifications?.sinks ?? {}), name) !== undefined;
}

function allowed({ tenantName }: Told, sinks: Sinks): Sinks {
  const isFor = (tenants: readonly string[] | undefined) => tenants?.includes(tenantName ?? '') ?? true;
  return Object.fromEntries(Object.entries(sinks).filter(([, { tenants }]) => isFor(tenants)));
}

function sinkOf<Kind>(sinks: Readonly<Record<string, Kind>>, name: string): Kind | undefined {
  return Object.hasOwn(sinks, name) ? sinks[name] : undefined;
}
