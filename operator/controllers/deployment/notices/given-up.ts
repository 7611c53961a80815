import type { NoticeStatus } from '../../../api/generated/deployment.ts';
import type { DeploymentObserved } from '../observed.ts';
import type { Happening } from '../report/happening.ts';

/** Lines of the story for letters that were given up in this pass: nobody else would tell that a sink was not told. */
export function givenUp(
  { object }: Pick<DeploymentObserved, 'object'>,
  notifications: readonly NoticeStatus[] = [],
): readonly Happening[] {
  const stored = object.status?.notifications ?? [];
  const before = new Map(
    stored.flatMap(({ id, to }) => to.map(({ sink, state }) => [`${id}/${sink}`, state] as const)),
  );
  const lost = notifications.flatMap(({ id, type, to }) =>
    to
      .filter(({ sink, state }) => state === 'GivenUp' && before.get(`${id}/${sink}`) !== 'GivenUp')
      .map(({ sink, attempts, message = '' }) =>
        attempts === undefined ? message : `gave up telling ${sink} of ${type} after ${times(attempts)}: ${message}`,
      ),
  );
  const dropped = stored
    .filter(({ id }) => !notifications.some((one) => one.id === id))
    .flatMap(({ type, to }) => to.filter(({ state }) => state === 'Pending').map(({ sink }) => ({ type, sink })))
    .map(({ type, sink }) => `gave up telling ${sink} of ${type}: too many newer notices wait`);
  return [...lost, ...dropped].map((message) => ({ step: 'notify', message }));
}

const times = (attempts: number) => (attempts === 1 ? '1 attempt' : `${attempts} attempts`);
