import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson, printLines, widthOf } from '../print.ts';
import { readConsultations, readDeployment, readPods } from '../read-delivery.ts';
import { deliveryScreen } from '../screen/delivery-screen.ts';
import { tone } from '../screen/line.ts';
import { deliveryView } from '../view/delivery-view.ts';
import { where } from '../where.ts';

export const status: Command = {
  name: 'status',
  summary: 'show a delivery on one screen: steps, revisions, verdicts, timeline, what to do next',
  parameters: ['NAME'],
  flags: {},
  details: `Reads the delivery and its pods once. Ends with 0 whatever state the delivery is in; to wait for an end use watch.

  kubectl code status shop -n acme-prod
  kubectl code status shop -o json | jq .standing`,
  async run({ words: [name = ''], json, terminal, cluster, clock }) {
    const [deployment, pods, consultations] = await Promise.all([
      readDeployment(cluster, name),
      readPods(cluster, name),
      readConsultations(cluster, name),
    ]);
    const view = deliveryView(deployment, pods, consultations);
    if (json) {
      printJson(terminal, { context: cluster.context, ...view });
      return exitCodes.done;
    }
    const options = { now: clock.now(), width: widthOf(terminal), timeline: 8, pods: true };
    printLines(terminal, [...deliveryScreen(view, options), [tone('faint', `      ${where(cluster)}`)]]);
    return exitCodes.done;
  },
};
