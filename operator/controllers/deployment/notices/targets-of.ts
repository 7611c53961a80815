import { NOTICE_TYPES, type NoticeType } from '../../../api/notices.ts';
import type { Laws } from '../../../core/laws.ts';
import type { DeploymentObserved } from '../observed.ts';

/** Who is told, and of what. */
export interface Target {
  readonly sink: string;
  readonly events: readonly NoticeType[];
}

/** The sinks that hold for every Deployment and those that this one names; what it says of events goes before the settings. */
export function targetsOf({ object }: Pick<DeploymentObserved, 'object'>, { settings }: Laws): readonly Target[] {
  const { sinks = {} } = settings.notifications ?? {};
  const named = object.spec.notify ?? [];
  const usual = Object.entries(sinks)
    .filter(([name, sink]) => sink.default && !named.some(({ sink: other }) => other === name))
    .map(([sink, { events }]) => ({ sink, events }));
  // A sink that nobody configured is told of all, so that its first notice says that there is no such sink.
  return [
    ...usual,
    ...named.map(({ sink, events }) => ({ sink, events: events ?? sinkOf(sinks, sink)?.events ?? NOTICE_TYPES })),
  ];
}

function sinkOf<Kind>(sinks: Readonly<Record<string, Kind>>, name: string): Kind | undefined {
  return Object.hasOwn(sinks, name) ? sinks[name] : undefined;
}

/** Whether the settings have a sink of this name. */
export function isConfigured(name: string, { settings }: Laws): boolean {
  return sinkOf(settings.notifications?.sinks ?? {}, name) !== undefined;
}
