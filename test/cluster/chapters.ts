/** The story of `npm start`: what is applied, what people do, and how each chapter has to end. */
import { join } from 'node:path';
import type { ExpertConsultation } from '../../operator/api/generated/expert-consultation.ts';
import { kubectl } from '../support/kubectl.ts';
import { until } from '../support/until.ts';
import { nodeBinary, projectRoot } from '../verbs/project.ts';
import { runCommand } from '../verbs/run-command.ts';
import { apply, type Ending, follow, type Plane } from './story.ts';

/** Where the story is told, and what it can count on there. */
export interface Stage {
  readonly plane: Plane;
  readonly say: (line: string) => void;
  /** Kubeconfig of a release manager; only the embedded plane can make one. */
  readonly releaseManager?: string;
  /** Whether a Prometheus counts the requests of the pods. */
  readonly measured: boolean;
}

interface Chapter {
  readonly title: string;
  /** Told on the stages it names; on every one where absent. */
  readonly when?: (stage: Stage) => boolean;
  tell(stage: Stage, told: Set<string>): Promise<void>;
}

const SHOP = { namespace: 'acme-prod', name: 'shop' } as const;
const READY_WITHIN = 60_000;

const onlyMeasured = ({ measured, releaseManager }: Stage): boolean => measured && releaseManager !== undefined;

const chapters: readonly Chapter[] = [
  {
    title: 'A tenant: two namespaces behind one set of walls.',
    async tell({ plane, say }) {
      await apply(plane, sample('tenant.yaml'), say);
      await until('Tenant acme was ready', READY_WITHIN, () => isReady(plane, 'ctenant/acme'));
    },
  },
  {
    title: 'A delivery: dry run, policy, review, scan, roll-out.',
    tell: (stage, told) => version(stage, told, 'shop.yaml', PROMOTED),
  },
  {
    title: 'A canary: a third of the pods, measured against those that serve; then a person is asked.',
    when: onlyMeasured,
    async tell(stage, told) {
      await version(stage, told, 'versions/shop-measured.yaml', { status: 'Unknown', reason: 'WaitingForApproval' });
      await approve(stage);
      await follow(stage.plane, SHOP, PROMOTED, told, stage.say);
    },
  },
  {
    title: 'A bad version that looks well: its error rate gives it away, and it is rolled back by itself.',
    when: onlyMeasured,
    tell: (stage, told) => version(stage, told, 'versions/shop-failing.yaml', ROLLED_BACK),
  },
  {
    title: 'A bad version: it does not start, so it is rolled back by itself.',
    when: (stage) => !onlyMeasured(stage),
    tell: (stage, told) => version(stage, told, 'versions/shop-bad.yaml', ROLLED_BACK),
  },
  {
    title: 'Blue-green: all pods of the next version stand behind a preview, then one write switches to them.',
    async tell(stage, told) {
      const waits = { status: 'Unknown', reason: 'WaitingForPromotion' } as const;
      await version(stage, told, 'versions/shop-bluegreen.yaml', waits);
      await kubectlCode(stage, stage.plane.kubeconfig, ['promote', SHOP.name, '-n', SHOP.namespace]);
      await follow(stage.plane, SHOP, PROMOTED, told, stage.say);
    },
  },
  {
    title: 'A forbidden version: policy denies it before any workload object exists.',
    tell: (stage, told) =>
      version(stage, told, 'versions/shop-denied.yaml', { status: 'False', reason: 'PolicyDenied' }),
  },
];

const PROMOTED: Ending = { status: 'True', reason: 'Promoted' };
const ROLLED_BACK: Ending = { status: 'False', reason: 'RolledBack' };

/** Tells every chapter that the stage can show; rejects when one ends otherwise than it should. */
export async function tellStory(stage: Stage): Promise<void> {
  const told = new Set<string>();
  const shown = chapters.filter(({ when }) => when?.(stage) ?? true);
  for (const [index, { title, tell }] of shown.entries()) {
    stage.say(`\n${index + 1}. ${title}`);
    await tell(stage, told);
  }
}

/** Ends with what a user would look at. */
export async function show({ plane, say }: Stage): Promise<void> {
  for (const command of [
    ['get', 'ctenant'],
    ['get', 'cdep,consult,replicasets,pods', '-n', SHOP.namespace],
    ['describe', 'deployments.code-engine.dev', SHOP.name, '-n', SHOP.namespace],
  ]) {
    say(`\n$ kubectl ${command.join(' ')}`);
    const { stdout, stderr } = await kubectl(plane, command);
    say((stdout + stderr).trimEnd());
  }
}

async function version({ plane, say }: Stage, told: Set<string>, file: string, ending: Ending): Promise<void> {
  await apply(plane, sample(file), say);
  await follow(plane, SHOP, ending, told, say);
}

/** What the release manager does at a keyboard, with the rights of a release manager and no others. */
async function approve(stage: Stage): Promise<void> {
  const { plane, releaseManager = plane.kubeconfig } = stage;
  const { stdout } = await kubectl(plane, ['get', 'consult', '-n', SHOP.namespace, '-o', 'json']);
  const { items } = JSON.parse(stdout) as { items: readonly ExpertConsultation[] }; // border: the API server keeps what its schema says
  const asked = items.find(({ status }) => status?.phase === 'AwaitingHuman');
  if (asked === undefined) throw new Error('nobody is asked, though the delivery waits for an approval');
  const said = ['--answer', 'approve', '--rationale', 'the error rate is as before'];
  await kubectlCode(stage, releaseManager, ['answer', asked.metadata.name, '-n', SHOP.namespace, ...said]);
}

async function kubectlCode({ say }: Stage, kubeconfig: string, words: readonly string[]): Promise<void> {
  say(`  $ kubectl code ${words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')}`);
  const program = join(projectRoot, 'operator', 'cli', 'kubectl-code.mjs');
  const parameters = ['--disable-warning=ExperimentalWarning', program, ...words, '--kubeconfig', kubeconfig];
  const { code, output } = await runCommand(nodeBinary, parameters, { output: 'collect' });
  if (code !== 0) throw new Error(`kubectl code ${words.join(' ')} failed: ${output.trim()}`);
  for (const line of output.trim().split('\n')) say(`    ${line}`);
}

async function isReady(plane: Plane, target: string): Promise<boolean> {
  const path = '{.status.conditions[?(@.type=="Ready")].status}';
  const { stdout } = await kubectl(plane, ['get', target, '-o', `jsonpath=${path}`]);
  return stdout === 'True';
}

function sample(name: string): string {
  return join(projectRoot, 'config', 'samples', name);
}
