import type { Tenant } from '../../api/generated/tenant.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson, printLines } from '../print.ts';
import { tone } from '../screen/line.ts';
import { tenantsScreen } from '../screen/tenant-screen.ts';
import { tenantView } from '../view/tenant-view.ts';
import { where } from '../where.ts';

export const tenants: Command = {
  name: 'tenants',
  summary: 'list the tenants with their state, namespaces and quota',
  parameters: [],
  flags: {},
  details: `Needs the right to list tenants.code-engine.dev (role code:platform).

  kubectl code tenants`,
  async run({ json, terminal, cluster }) {
    const views = (await cluster.list<Tenant>('Tenant', {})).map(tenantView);
    if (json) printJson(terminal, { context: cluster.context, tenants: views });
    else printLines(terminal, [...tenantsScreen(views), [tone('faint', where(cluster))]]);
    return exitCodes.done;
  },
};
