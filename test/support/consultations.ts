/** What a person sees of a consultation, and does with it, by kubectl. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { parse } from 'yaml';
import type {
  ExpertConsultation,
  ExpertConsultationSpec,
  HumanAnswer,
} from '../../operator/api/generated/expert-consultation.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { projectRoot } from '../verbs/project.ts';
import { type Name, succeed } from './delivery/delivery.ts';
import { type KubectlResult, kubectl } from './kubectl.ts';
import { masked } from './masked.ts';
import { until } from './until.ts';

/** The sample question to a person, in the test's own namespace. */
export function goLive({ namespace, name }: Name, spec: Partial<ExpertConsultationSpec> = {}): ExpertConsultation {
  const text = readFileSync(join(projectRoot, 'config', 'samples', 'approval.yaml'), 'utf8');
  const sample = parse(text) as ExpertConsultation; // border: our own sample
  return { ...sample, metadata: { ...sample.metadata, namespace, name }, spec: { ...sample.spec, ...spec } };
}

/** Applies a question as Git tools do, by server-side apply under a field manager of their own. */
export async function ask(cluster: Cluster, consultation: ExpertConsultation): Promise<void> {
  const parameters = ['apply', '--server-side', '--field-manager=argocd-controller', '-f', '-'];
  await succeed(cluster, parameters, JSON.stringify(consultation));
}

export async function readConsultation(cluster: Cluster, { namespace, name }: Name): Promise<ExpertConsultation> {
  const path = `/apis/code-engine.dev/v1alpha1/namespaces/${namespace}/expertconsultations/${name}`;
  return (await cluster.expectSuccess({ path })) as ExpertConsultation; // border: the API server keeps what its schema says
}

/** Waits until status, told of the present generation, is in the phase. */
export async function inPhase(cluster: Cluster, name: Name, phase: string): Promise<ExpertConsultation> {
  let last: ExpertConsultation | undefined;
  const told = () => `${name.name} was ${phase}; it is ${last?.status?.phase}: ${last?.status?.message}`;
  return until(told, 60_000, async () => {
    last = await readConsultation(cluster, name);
    const { status, metadata } = last;
    return status?.observedGeneration === metadata.generation && status?.phase === phase ? last : undefined;
  });
}

/** Answers by a person's own credentials. */
export function answerWith(
  kubeconfig: string,
  cluster: Cluster,
  { namespace, name }: Name,
  answer: HumanAnswer,
): Promise<KubectlResult> {
  const patch = JSON.stringify({ spec: { answers: [answer] } });
  return kubectl(cluster, ['patch', 'consult', name, '-n', namespace, '--type=merge', '-p', patch], { kubeconfig });
}

/** Answers as a user by server-side apply under the user's own field manager: all of that user's, others' stay. */
export function answerAs(
  user: string,
  cluster: Cluster,
  { namespace, name }: Name,
  ...answers: readonly HumanAnswer[]
): Promise<KubectlResult> {
  const manifest = {
    apiVersion: 'code-engine.dev/v1alpha1',
    kind: 'ExpertConsultation',
    metadata: { namespace, name },
    spec: { answers },
  };
  const parameters = ['apply', '--server-side', `--field-manager=${user}`, `--as=${user}`, '-f', '-'];
  return kubectl(cluster, parameters, { input: JSON.stringify(manifest) });
}

/** As `kubectl get` and `kubectl describe` show it, the same in every run. */
export async function toldOfConsultation(cluster: Cluster, { namespace, name }: Name): Promise<string> {
  const where = ['-n', namespace];
  const row = await succeed(cluster, ['get', 'consult', name, ...where]);
  const description = await succeed(cluster, ['describe', 'consult', name, '--show-events=false', ...where]);
  const story = `$ kubectl get consult ${name}\n${row}\n$ kubectl describe consult ${name}\n${description}`;
  return masked(story, { [namespace]: '<namespace>' });
}

export function succeeded({ code, stderr }: KubectlResult): void {
  assert.strictEqual(code, 0, stderr);
}

/** Refused by the policy, not by anything else. */
export function refused({ code, stderr }: KubectlResult, message: string, policy = 'code-answers'): void {
  assert.notStrictEqual(code, 0);
  assert.include(stderr, `ValidatingAdmissionPolicy '${policy}'`);
  assert.include(stderr, message);
}
