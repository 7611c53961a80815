import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson, printLines, widthOf } from '../print.ts';
import { readConsultations, readDeployment, readPods } from '../read-delivery.ts';
import { explanationScreen } from '../screen/explanation-screen.ts';
import { tone } from '../screen/line.ts';
import { deliveryView } from '../view/delivery-view.ts';
import { explanation } from '../view/explanation.ts';
import { where } from '../where.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'say why a delivery waits, was denied or went back: policy, review, tools, metrics, pods',
  parameters: ['NAME'],
  flags: {},
  details: `Collects what speaks against going on, from whoever said it, with the findings of the review and the causes of the pods.

  kubectl code explain shop -n acme-prod`,
  async run({ words: [name = ''], json, terminal, cluster }) {
    const [deployment, pods, consultations] = await Promise.all([
      readDeployment(cluster, name),
      readPods(cluster, name),
      readConsultations(cluster, name),
    ]);
    const view = deliveryView(deployment, pods, consultations);
    const consultation = consultations.find(({ metadata }) => metadata.name === view.review?.consultation);
    const told = explanation(view, consultation);
    if (json) printJson(terminal, { context: cluster.context, ...told });
    else {
      const lines = explanationScreen(told, widthOf(terminal));
      printLines(terminal, [...lines, [tone('faint', `      ${where(cluster)}`)]]);
    }
    return exitCodes.done;
  },
};
