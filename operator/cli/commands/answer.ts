import { NotFound } from '../../api/errors.ts';
import type { ExpertConsultation } from '../../api/generated/expert-consultation.ts';
import type { Json } from '../../core/json.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson } from '../print.ts';
import { UsageError } from '../usage-error.ts';
import { answerEntry } from '../view/answer-entry.ts';
import { where } from '../where.ts';

export const answer: Command = {
  name: 'answer',
  summary: 'answer a consultation as the person its panel asks for, to exactly the plan it shows',
  parameters: ['CONSULTATION'],
  flags: {
    answer: { value: 'OPTION', help: 'one of the options of the consultation, for example approve' },
    rationale: { value: 'TEXT', help: 'why' },
    expert: { value: 'NAME', help: 'the person of the panel you answer for, where there are several' },
  },
  details: `Adds an entry to spec.answers under your own user name, as the API server knows it, with the hash of the plan that the
consultation shows. Admission sees to it that nobody answers in another name, that the plan is still that one, and that what was
answered stays. Needs the RBAC verb answer on expertconsultations.code-engine.dev (role code:approver).

  kubectl get consult -n acme-prod
  kubectl code answer shop-0a1b2c-review -n acme-prod --answer approve --rationale "seen in staging"`,
  async run({ words: [name = ''], flags, json, terminal, cluster }) {
    const said = flags.text('answer');
    if (said === undefined)
      throw new UsageError('--answer is missing: kubectl code answer CONSULTATION --answer approve');
    const { namespace } = cluster;
    const reference = { resource: 'ExpertConsultation', namespace, name } as const;
    const [consultation, by] = await Promise.all([cluster.read<ExpertConsultation>(reference), cluster.whoAmI()]);
    if (consultation === undefined) {
      throw new NotFound(
        'NotFound',
        `there is no consultation ${name} in namespace ${namespace}: see kubectl get consult -n ${namespace}`,
      );
    }
    const [expert, rationale] = [flags.text('expert'), flags.text('rationale')];
    const choice = answerEntry(consultation, {
      by,
      answer: said,
      ...(expert === undefined ? {} : { expert }),
      ...(rationale === undefined ? {} : { rationale }),
    });
    if ('refusal' in choice) {
      terminal.complain(`error: ${choice.refusal}\n`);
      return exitCodes.refused;
    }
    const entry: Json = { ...choice.entry };
    const { answers } = consultation.spec;
    // Each at the end of what was read, so that nobody's answer is lost; admission keeps the others as they are.
    const known: Json = (answers ?? []).map((one) => ({ ...one }));
    await cluster.jsonPatch(
      reference,
      answers === undefined
        ? [{ op: 'add', path: '/spec/answers', value: [entry] }]
        : [
            { op: 'test', path: '/spec/answers', value: known },
            { op: 'add', path: '/spec/answers/-', value: entry },
          ],
    );
    if (json) printJson(terminal, { context: cluster.context, consultation: name, ...choice.entry });
    else
      terminal.write(
        `${by} answered ${said} as ${choice.entry.expert} to plan ${choice.entry.planHash ?? '-'} (${where(cluster)})\n`,
      );
    return exitCodes.done;
  },
};
