import { NotFound } from '../../api/errors.ts';
import type { Tenant } from '../../api/generated/tenant.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson, printLines, widthOf } from '../print.ts';
import { tone } from '../screen/line.ts';
import { tenantScreen } from '../screen/tenant-screen.ts';
import { tenantView } from '../view/tenant-view.ts';
import { where } from '../where.ts';

export const tenant: Command = {
  name: 'tenant',
  summary: 'show one tenant on one screen: owners, namespaces, quota, timeline',
  parameters: ['NAME'],
  flags: {},
  details: `Needs the right to get tenants.code-engine.dev (role code:platform).

  kubectl code tenant acme`,
  async run({ words: [name = ''], json, terminal, cluster }) {
    const found = await cluster.read<Tenant>({ resource: 'Tenant', name });
    if (found === undefined) {
      throw new NotFound(
        'NotFound',
        `there is no tenant ${name} in context ${cluster.context}: see kubectl code tenants`,
      );
    }
    const view = tenantView(found);
    if (json) printJson(terminal, { context: cluster.context, ...view });
    else printLines(terminal, [...tenantScreen(view, widthOf(terminal)), [], [tone('faint', where(cluster))]]);
    return exitCodes.done;
  },
};
