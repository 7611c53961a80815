import { labels } from '../../api/names.ts';
import type { Json } from '../../core/json.ts';
import type { Call, Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson, printLines } from '../print.ts';
import { readDeployment } from '../read-delivery.ts';
import { type Line, tone } from '../screen/line.ts';
import { UsageError } from '../usage-error.ts';
import { configLeftBehind } from '../view/config-left-behind.ts';
import { type KeptPlan, rollbackTarget } from '../view/rollback-target.ts';
import { type FieldChange, templateDiff } from '../view/template-diff.ts';
import { where } from '../where.ts';

export const rollback: Command = {
  name: 'rollback',
  summary: 'put the template of an earlier revision back into the spec; Git must follow',
  parameters: ['NAME'],
  flags: {
    to: { value: 'REVISION', help: 'a revision whose plan is kept; the one that served before unless set' },
    yes: { short: 'y', help: 'do not ask' },
  },
  details: `A failed delivery goes back by itself. This is for a version that passed and is still wrong: it shows what changes in
spec.template, asks, and writes the earlier template. The way back is a delivery like any other: policy, review and tools are asked.
What ConfigMaps and Secrets hold is not part of the template: it says which of them differ, and which copy has the old bytes.
Where Git or another tool owns the spec it will put its version back, unless it is changed there too.
Needs the right to patch deployments.code-engine.dev and to list controllerrevisions.apps.

  kubectl code rollback shop -n acme-prod
  kubectl code rollback shop -n acme-prod --to 74c9b069f8 --yes`,
  async run(call) {
    const { words, flags, json, terminal, cluster } = call;
    const name = words[0] ?? '';
    const { namespace } = cluster;
    const scope = { namespace, labelSelector: `${labels.deployment}=${name},${labels.plan}` };
    const [deployment, plans] = await Promise.all([
      readDeployment(cluster, name),
      cluster.list<KeptPlan>('ControllerRevision', scope),
    ]);
    const choice = rollbackTarget(deployment, plans, flags.text('to'));
    if ('refusal' in choice) {
      terminal.complain(`error: ${choice.refusal}\n`);
      return exitCodes.refused;
    }
    const { revision, template, config } = choice.target;
    const from = deployment.spec.template as unknown as Json; // border: an object of the API server is plain JSON
    const wanted = template as unknown as Json; // border: as above
    const changes = templateDiff(from, wanted);
    const behind = configLeftBehind(deployment, config);
    if (!json) printLines(terminal, preview(call, revision, changes, behind));
    if (changes.length === 0) {
      const same = `spec.template is that of revision ${revision} already`;
      terminal.complain(`error: ${same}${behind.length === 0 ? '' : ': put back what its config held'}\n`);
      return exitCodes.refused;
    }
    if (!flags.has('yes') && !(await agreed(call))) {
      terminal.complain('nothing was changed\n');
      return exitCodes.refused;
    }
    // Guarded, so that what was shown is what is changed; status may move meanwhile.
    await cluster.jsonPatch({ resource: 'Deployment', namespace, name }, [
      { op: 'test', path: '/spec/template', value: from },
      { op: 'replace', path: '/spec/template', value: wanted },
    ]);
    if (json) printJson(terminal, { context: cluster.context, revision, changes });
    else
      terminal.write(
        `spec.template is that of revision ${revision}; follow it: kubectl code watch ${name} -n ${namespace}\n`,
      );
    return exitCodes.done;
  },
};

function preview(
  { words, cluster }: Call,
  revision: string,
  changes: readonly FieldChange[],
  behind: readonly string[],
): readonly Line[] {
  return [
    [`${cluster.namespace}/${words[0] ?? ''} back to revision `, tone('strong', revision), ` (${where(cluster)})`],
    ...changes.flatMap(({ path, from, to }): Line[] => [
      ...(from === undefined ? [] : [[tone('bad', `  - ${path}: ${from}`)]]),
      ...(to === undefined ? [] : [[tone('good', `  + ${path}: ${to}`)]]),
    ]),
    ...behind.map((sentence): Line => [tone('busy', sentence)]),
    [
      tone(
        'busy',
        'Where Git or another tool owns this object, change it there too: otherwise it puts its version back.',
      ),
    ],
  ];
}

async function agreed({ terminal, signal }: Call): Promise<boolean> {
  const answer = await terminal.ask('Write it? [y/N] ', signal);
  if (answer === undefined)
    throw new UsageError('there is no terminal to ask on: give --yes to go on without the question');
  return /^y(es)?$/i.test(answer.trim());
}
