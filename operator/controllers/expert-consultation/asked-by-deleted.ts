import type { Trigger } from '../../core/room.ts';

/** What a Deployment that is being deleted asked: nobody has to answer it any more. */
export const askedByDeleted: Trigger['keys'] = ({ metadata }, own) => {
  if (metadata.deletionTimestamp === undefined) return [];
  return own('owner', metadata.uid ?? '').map(({ metadata: { name, namespace } }) => ({
    name,
    ...(namespace === undefined ? {} : { namespace }),
  }));
};
