import { join } from 'node:path';
import { assert } from 'chai';
import fc from 'fast-check';
import { parseDeployment, parseExpertConsultation, parseTenant } from '../../operator/api/parse.ts';
import type { Parsed } from '../../operator/api/parsed.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { planeWithApi } from '../support/install-api.ts';
import { testNamespace } from '../support/plane.ts';
import { damaged, valueFor } from '../support/schema-values.ts';
import { type Crd, readCrds, type StructuralSchema } from '../verbs/generate/read-crds.ts';

const OBJECTS = 1_000;
const AT_ONCE = 8;

/** Our validators judge shapes only: what else the API server looks at is left out of the objects, or not counted. */
const known = {
  /** CEL rules are the server's: a refusal that consists of them alone does not count. */
  celRules: (schema: StructuralSchema): ReadonlySet<string> => new Set(messages(schema)),
  /** What the server says beside another fault. */
  notChecked: 'some validation rules were not checked',
  /** Admission decides who may set these; status is not written by a create. */
  left: new Set(['spec.answers', 'spec.grade', 'spec.waivers']),
};

const parsers: Readonly<Record<string, (value: unknown) => Parsed<unknown>>> = {
  Deployment: parseDeployment,
  ExpertConsultation: parseExpertConsultation,
  Tenant: parseTenant,
};

interface Sample {
  readonly crd: Crd;
  readonly object: object;
}

describe('our validators and the API server', function () {
  this.timeout(120_000);
  let cluster: Cluster;
  let namespace: string;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await planeWithApi();
    namespace = await testNamespace('verdicts');
  });

  it(`give ${OBJECTS} generated objects the same verdict`, async () => {
    const seed = Number(process.env['CODE_SEED'] ?? Date.now() % 2 ** 31);
    const samples = generate(seed, namespace);
    const verdicts = await inTurns(samples, async ({ crd, object }) => ({
      object,
      ours: refusalOfOurs(crd, object),
      theirs: await refusalOfTheServer(cluster, crd, namespace, object),
    }));
    const different = verdicts.filter(({ ours, theirs }) => (ours === undefined) !== (theirs === undefined));
    const accepted = verdicts.filter(({ ours }) => ours === undefined).length;
    const hint = `seed ${seed} (CODE_SEED=${seed} repeats it): ${JSON.stringify(different[0], null, 1)}`;
    assert.lengthOf(different, 0, hint);
    // Both verdicts occur, else agreeing would say nothing.
    assert.isAtLeast(accepted, OBJECTS / 5, hint);
    assert.isAtLeast(verdicts.length - accepted, OBJECTS / 5, hint);
  });
});

function generate(seed: number, namespace: string): readonly Sample[] {
  const crds = readCrds(join(import.meta.dirname, '..', '..'));
  // Built once a kind: building is dearer than drawing.
  const kinds = crds.map((crd) => {
    const spec = valueFor(crd.schema.properties?.['spec'] ?? {}, known.left, 'spec');
    return fc
      .tuple(spec, fc.boolean())
      .chain(([value, whole]) => (whole ? fc.constant(value) : damaged(value)))
      .map((value) => ({ crd, object: objectOf(crd, namespace, value) }));
  });
  return fc.sample(fc.oneof(...kinds), { numRuns: OBJECTS, seed });
}

function objectOf(crd: Crd, namespace: string, spec: unknown): object {
  const metadata = { name: 'sample', ...(crd.namespaced ? { namespace } : {}) };
  return { apiVersion: 'code-engine.dev/v1alpha1', kind: crd.kind, metadata, spec };
}

function refusalOfOurs(crd: Crd, object: object): string | undefined {
  const parsed = parsers[crd.kind]?.(object);
  assert.isDefined(parsed, crd.kind);
  return parsed === undefined || parsed.ok ? undefined : JSON.stringify(parsed.errors);
}

interface Status {
  readonly message: string;
  readonly reason: string;
  readonly details?: { readonly causes?: readonly { readonly reason: string; readonly message: string }[] };
}

async function refusalOfTheServer(cluster: Cluster, crd: Crd, namespace: string, object: object) {
  const scope = crd.namespaced ? `/namespaces/${namespace}` : '';
  const path = `/apis/code-engine.dev/v1alpha1${scope}/${crd.file}s?dryRun=All&fieldValidation=Strict`;
  const { status, body } = await cluster.request({ method: 'POST', path, body: object });
  if (status === 201) return undefined;
  const { message, details } = body as Status; // border: the API server's own Status
  const rules = known.celRules(crd.schema);
  const causes = details?.causes ?? [];
  const counted = causes.filter(
    (cause) => ![...rules].some((rule) => cause.message.includes(rule)) && !cause.message.includes(known.notChecked),
  );
  return causes.length > 0 && counted.length === 0 ? undefined : message;
}

function messages(node: StructuralSchema): readonly string[] {
  const children = [...Object.values(node.properties ?? {}), node.items, node.additionalProperties];
  return [
    ...(node['x-kubernetes-validations'] ?? []).map(({ message }) => String(message)),
    ...children.flatMap((child) => (child === undefined ? [] : messages(child))),
  ];
}

/** All of them, a few at once, in their order. */
async function inTurns<Input, Output>(
  inputs: readonly Input[],
  run: (input: Input) => Promise<Output>,
): Promise<Output[]> {
  const outputs: Output[] = [];
  const rest = inputs.entries();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [index, input] of rest) outputs[index] = await run(input);
    }),
  );
  return outputs;
}
