/**
 * The room of Tenant: a team's namespaces behind one set of walls, with one quota. May import api, core and ports. Its one
 * law: walls before doors - nobody is let into a namespace whose walls are not enforced yet.
 */
import type { Room } from '../../core/room.ts';
import { absorb } from './absorb.ts';
import { observe } from './observe.ts';
import type { ObservedTenant } from './observed.ts';
import { report } from './report.ts';
import { claimNamespaces } from './steps/claim-namespaces.ts';
import { guard } from './steps/guard.ts';
import { gateFacts, subject } from './subject.ts';
import { releaseNamespaces } from './teardown/release-namespaces.ts';
import { triggers } from './triggers.ts';

export const tenant: Room<ObservedTenant> = {
  name: 'tenant',
  resource: 'Tenant',
  steps: [claimNamespaces, guard],
  teardown: [releaseNamespaces],
  triggers,
  observe,
  absorb,
  needsFinalizer: () => true,
  subject,
  gateFacts,
  report,
};
