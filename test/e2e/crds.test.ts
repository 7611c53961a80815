import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { parse } from 'yaml';
import type { Cluster } from '../cluster/cluster.ts';
import { planeWithApi } from '../support/install-api.ts';
import { kubectl } from '../support/kubectl.ts';
import { testNamespace } from '../support/plane.ts';
import { crdFiles } from '../verbs/generate/read-crds.ts';

interface Malformed {
  readonly good: JsonObject;
  readonly cases: readonly { readonly name: string; readonly patch: JsonObject; readonly expect: readonly string[] }[];
}
type JsonObject = { readonly [key: string]: unknown };

interface CustomResourceDefinition {
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

describe('the CRDs on a real API server', function () {
  this.timeout(60_000);
  let cluster: Cluster;
  let namespace: string;
  let lasting: string;

  before(async function () {
    // The first build of the plane's programs takes minutes.
    this.timeout(45 * 60_000);
    cluster = await planeWithApi();
    namespace = await testNamespace('crds-dry');
    lasting = await testNamespace('crds');
  });

  after(async () => {
    // An operator that a later test starts shall find nothing of ours to work on.
    await cluster.expectSuccess({ method: 'DELETE', path: `/api/v1/namespaces/${lasting}` });
  });

  for (const plural of ['deployments', 'expertconsultations', 'tenants'] as const) {
    it(`serves ${plural} and finds no fault in the schema`, async () => {
      const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.code-engine.dev`;
      const { status } = (await cluster.expectSuccess({ path })) as CustomResourceDefinition;
      const conditions = Object.fromEntries(status.conditions.map((condition) => [condition.type, condition.status]));
      assert.deepEqual(conditions, { NamesAccepted: 'True', Established: 'True' });
    });
  }

  for (const file of crdFiles) {
    const path = join(import.meta.dirname, '..', 'fixtures', 'malformed', `${file}.yaml`);
    const { good, cases } = parse(readFileSync(path, 'utf8')) as Malformed;

    describe(`given a malformed ${String(good['kind'])}`, () => {
      const create = (body: JsonObject) =>
        cluster.request({
          method: 'POST',
          path: `${collection(file, namespace)}?dryRun=All&fieldValidation=Strict`,
          body,
        });

      it('takes the good one, of which the others differ in one point', async () => {
        assert.strictEqual((await create(good)).status, 201);
      });

      it('has at least 20 cases', () => {
        assert.isAtLeast(cases.length, 20);
      });

      for (const { name, patch, expect } of cases) {
        it(`refuses ${name}, naming ${expect.join(' and ')}`, async () => {
          const { status, body } = await create(merged(good, patch));
          const { message } = body as { message: string };
          assert.oneOf(status, [400, 403, 422], message);
          for (const words of expect) assert.include(message, words);
        });
      }
    });
  }

  it('explains its fields', async () => {
    // A cache of its own: the one kubectl filled before the CRDs existed does not know them for ten minutes.
    const fresh = ['--cache-dir', join(cluster.directory, 'explain-cache'), '--api-version=code-engine.dev/v1alpha1'];
    for (const field of ['cdep.spec.strategy', 'cdep.spec.tools.before', 'consult.spec.answer', 'ctenant.spec.quota']) {
      const { stdout, stderr } = await kubectl(cluster, ['explain', field, ...fresh]);
      assert.match(stdout, /DESCRIPTION:\n +\S+ \S+/, stderr);
    }
  });

  it('shows an object nobody has observed yet as such, so that no tool takes it for ready', async () => {
    const path = join(import.meta.dirname, '..', 'fixtures', 'malformed', 'deployment.yaml');
    const { good } = parse(readFileSync(path, 'utf8')) as Malformed;
    await cluster.expectSuccess({ method: 'POST', path: collection('deployment', lasting), body: good });
    const stored = await cluster.expectSuccess({ path: `${collection('deployment', lasting)}/shop` });
    assert.deepEqual((stored as JsonObject)['status'], { observedGeneration: -1 });
  });

  it('refuses a changed selector and says what to do instead', async () => {
    const answer = await change('deployment', 'shop', {
      spec: { selector: { matchLabels: { app: 'store' } }, template: { metadata: { labels: { app: 'store' } } } },
    });
    assert.deepInclude(answer, { status: 422 });
    assert.include(answer.message, 'selector cannot change; create a new Deployment under another name instead');
  });

  it('refuses another question once a consultation exists', async () => {
    const path = join(import.meta.dirname, '..', 'fixtures', 'malformed', 'expertconsultation.yaml');
    const { good } = parse(readFileSync(path, 'utf8')) as Malformed;
    await cluster.expectSuccess({ method: 'POST', path: collection('expertconsultation', lasting), body: good });
    const question = await change('expertconsultation', 'safe', { spec: { question: 'May we go on all the same?' } });
    const quorum = await change('expertconsultation', 'safe', { spec: { quorum: 1 } });
    assert.include(question.message, 'question cannot change; create a new consultation instead');
    assert.include(quorum.message, 'panel, experts and quorum cannot be added or removed');
  });

  it('scales by kubectl scale, as an HPA does', async () => {
    const target = 'deployments.code-engine.dev/shop';
    const { code, stderr } = await kubectl(cluster, ['scale', target, '--replicas=7', '-n', lasting]);
    assert.strictEqual(code, 0, stderr);
    const { stdout } = await kubectl(cluster, ['get', target, '-n', lasting, '-o', 'jsonpath={.spec.replicas}']);
    assert.strictEqual(stdout, '7');
  });

  async function change(file: (typeof crdFiles)[number], name: string, body: JsonObject) {
    const answer = await cluster.request({
      method: 'PATCH',
      path: `${collection(file, lasting)}/${name}`,
      contentType: 'application/merge-patch+json',
      body,
    });
    return { status: answer.status, message: (answer.body as { message?: string }).message ?? '' };
  }
});

function collection(file: (typeof crdFiles)[number], namespace: string): string {
  const scope = file === 'tenant' ? '' : `/namespaces/${namespace}`;
  return `/apis/code-engine.dev/v1alpha1${scope}/${file}s`;
}

/** RFC 7396. */
function merged(target: unknown, patch: unknown): JsonObject {
  const result: Record<string, unknown> = { ...Object(target) };
  for (const [key, value] of Object.entries(Object(patch))) {
    if (value === null) delete result[key];
    else if (typeof value === 'object' && !Array.isArray(value)) result[key] = merged(result[key], value);
    else result[key] = value;
  }
  return result;
}
