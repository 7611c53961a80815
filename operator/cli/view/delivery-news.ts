import type { DeliveryView } from './delivery-view.ts';

/** What a person who reads lines wants to hear: the story's new lines, and pods whenever their numbers change. */
export function deliveryNews(before: DeliveryView | undefined, after: DeliveryView): readonly string[] {
  const known = new Set(before?.timeline ?? []);
  const story = after.timeline.filter((line) => !known.has(line));
  const pods = podsLine(after);
  const moved = pods !== undefined && pods !== (before && podsLine(before)) ? [pods] : [];
  return [...story, ...moved];
}

/** `pods: 74c9b069f8 serving 3 Ready; 95f5d854ce desired 1 Pending`. */
function podsLine({ revisions }: DeliveryView): string | undefined {
  const told = revisions.flatMap(({ hash, roles, pods = [] }) => {
    if (pods.length === 0) return [];
    const states = new Map<string, number>();
    for (const { state } of pods) states.set(state, (states.get(state) ?? 0) + 1);
    return [`${hash} ${roles.join('+')} ${[...states].map(([state, count]) => `${count} ${state}`).join(', ')}`];
  });
  return told.length === 0 ? undefined : `pods: ${told.join('; ')}`;
}
