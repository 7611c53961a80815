import type { DeliveryView } from './delivery-view.ts';

/** What a person who reads lines wants to hear: the story's new lines, and pods whenever their numbers change. */
export function deliveryNews(before: DeliveryView | undefined, after: DeliveryView): readonly string[] {
  const known = new Set(before?.timeline ?? olderLines(after));
  const story = after.timeline.filter((line) => !known.has(line));
  const pods = podsLine(after);
  const moved = pods !== undefined && pods !== (before && podsLine(before)) ? [pods] : [];
  return [...story, ...moved];
}

const DAY = 86_400;

/** Lines of attempts before this one; of all attempts before the newest spec was seen. */
function olderLines({ timeline, startedAt, current }: DeliveryView): readonly string[] {
  if (!current || startedAt === undefined) return timeline;
  const start = secondsOf(startedAt.slice(11, 19));
  // Lines carry the time of day alone: what is less than half a day behind the start came after it.
  const older = timeline.findLastIndex((line) => (secondsOf(line.slice(0, 8)) - start + DAY) % DAY > DAY / 2);
  return timeline.slice(0, older + 1);
}

function secondsOf(time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  return (hours * 60 + minutes) * 60 + seconds;
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
