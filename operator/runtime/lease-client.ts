import { OPERATOR } from '../core/action.ts';
import type { Reader, Writer } from '../ports/kube.ts';
import type { Lease, LeaseClient, LeaseName } from './lease.ts';

const FIELD_MANAGER = 'code-election';

/** The Lease of that name, through a client on the lease lane (`runtime/client.ts`). */
export function leaseClient(
  client: Pick<Reader, 'read'> & Pick<Writer, 'create' | 'mergePatch'>,
  name: LeaseName,
): LeaseClient {
  const reference = { resource: 'Lease', ...name } as const;
  const options = (signal: AbortSignal) => ({ as: OPERATOR, fieldManager: FIELD_MANAGER, signal });
  return {
    get: (signal) => client.read<Lease>(reference, OPERATOR, signal),
    create: (lease, signal) => client.create(lease, options(signal)),
    update: ({ metadata, spec }, signal) =>
      client.mergePatch(
        reference,
        {
          metadata: { resourceVersion: metadata.resourceVersion ?? '' },
          // A merge patch leaves what it does not name: a holder that is gone has to be named.
          spec: { ...spec, holderIdentity: spec?.holderIdentity ?? null },
        },
        options(signal),
      ),
  };
}
