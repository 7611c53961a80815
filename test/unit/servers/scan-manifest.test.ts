import { assert } from 'chai';
import fc from 'fast-check';
import { ajvSchemas } from '../../../operator/adapters/schemas.ts';
import type { Json } from '../../../operator/core/json.ts';
import { scanManifest } from '../../../operator/servers/security/scan-manifest.ts';
import type { JsonObject, ToolResult } from '../../../operator/servers/tool.ts';
import { toolContext } from '../../support/tool-context.ts';

const schemas = ajvSchemas();
const wrongInput = schemas.compile(scanManifest.inputSchema);
const wrongOutput = schemas.compile(scanManifest.outputSchema);

const spec = {
  hostNetwork: false,
  automountServiceAccountToken: false,
  terminationGracePeriodSeconds: 30,
  securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  topologySpreadConstraints: [{ maxSkew: 1 }],
  affinity: { podAntiAffinity: {} },
  volumes: [{ name: 'cache', emptyDir: { sizeLimit: '1Gi' } }],
  initContainers: [{ name: 'init', image: 'busybox:1.36' }],
  containers: [
    {
      name: 'web',
      image: 'nginx:1.29',
      env: [{ name: 'MODE', value: 'fast' }],
      ports: [{ containerPort: 80, hostPort: 0 }],
      resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '64Mi', cpu: 1 } },
      readinessProbe: { periodSeconds: 5, timeoutSeconds: 1, failureThreshold: 3, initialDelaySeconds: 0 },
      securityContext: { allowPrivilegeEscalation: false, runAsUser: 1000, capabilities: { drop: ['ALL'], add: [] } },
    },
  ],
};
const metadata = { name: 'web', namespace: 'acme' };
const bad = { containers: [{ name: 'web', image: 'nginx', securityContext: { privileged: true } }] };

const content = async (input: JsonObject): Promise<JsonObject> => {
  assert.deepEqual(wrongInput(input), []);
  const result: ToolResult = await scanManifest.run(input, toolContext());
  if ('error' in result) throw new Error(result.error.message);
  assert.deepEqual(wrongOutput(result.content), []);
  return result.content;
};

describe('security.scan_manifest', () => {
  const kinds: readonly JsonObject[] = [
    { apiVersion: 'v1', kind: 'Pod', metadata, spec: bad },
    { apiVersion: 'v1', kind: 'PodTemplate', metadata, template: { spec: bad } },
    { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: { template: { spec: bad } } },
    { apiVersion: 'batch/v1', kind: 'CronJob', metadata, spec: { jobTemplate: { spec: { template: { spec: bad } } } } },
    { apiVersion: 'code-engine.dev/v1alpha1', kind: 'Deployment', metadata, spec: { template: { spec: bad } } },
  ];
  for (const manifest of kinds) {
    it(`finds the pods of a ${String(manifest['apiVersion'])} ${String(manifest['kind'])}`, async () => {
      const found = await content({ manifests: [manifest] });
      assert.nestedInclude(found, {
        'counts.critical': 1,
        'coverage.scanned.0': `${String(manifest['kind'])} acme/web`,
      });
    });
  }

  it('tells the worst first, names object, place and remedy, and counts by severity', async () => {
    const found = await content({ manifests: [{ apiVersion: 'v1', kind: 'Pod', metadata, spec: bad }] });
    assert.nestedInclude(found, {
      'findings.0.rule': 'security/privileged',
      'findings.0.severity': 'critical',
      truncated: false,
    });
    assert.nestedInclude(found, { 'findings.0.object': 'Pod acme/web', 'findings.0.path': 'spec.containers[0]' });
  });

  it('says which objects it has no rule for, instead of calling them clean', async () => {
    const found = await content({ manifests: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata }] });
    assert.deepEqual(found['coverage'], {
      rules: 'security, reliability v1',
      scanned: [],
      skipped: ['ConfigMap acme/web'],
    });
    assert.deepEqual(found['counts'], { critical: 0, high: 0, medium: 0, low: 0 });
  });

  it('counts everything and lists the first 200', async () => {
    const many = { containers: Array.from({ length: 100 }, (_, index) => ({ name: `c${index}`, image: 'nginx' })) };
    const found = await content({ manifests: [{ apiVersion: 'v1', kind: 'Pod', metadata, spec: many }] });
    assert.equal(found['truncated'], true);
    assert.nestedProperty(found, 'findings.199');
    assert.notNestedProperty(found, 'findings.200');
    assert.isAbove(
      Number(Object.values(found['counts'] ?? {}).reduce((sum: number, count) => sum + Number(count), 0)),
      200,
    );
  });

  it('reads a delivery that is named as the caller, in the namespace of the call', async () => {
    const delivery = {
      apiVersion: 'code-engine.dev/v1alpha1',
      kind: 'Deployment',
      metadata,
      spec: { template: { spec: bad } },
    };
    const paths: string[] = [];
    const context = toolContext({
      api: async ({ path }) => {
        paths.push(path);
        return { status: 200, body: delivery };
      },
    });
    const result = await scanManifest.run({ deployment: 'web' }, context);
    assert.nestedInclude(result, { 'content.counts.critical': 1 });
    assert.deepEqual(paths, ['/apis/code-engine.dev/v1alpha1/namespaces/acme/deployments/web']);
  });

  it('says so when that delivery is not there or not well formed', async () => {
    const absent = await scanManifest.run({ deployment: 'web' }, toolContext());
    assert.nestedInclude(absent, { 'error.type': 'NotFound' });
    const malformed = {
      kind: 'Deployment',
      apiVersion: 'x/v1',
      metadata,
      spec: { template: { spec: { containers: 'none' } } },
    };
    const context = toolContext({ api: async () => ({ status: 200, body: malformed }) });
    assert.nestedInclude(await scanManifest.run({ deployment: 'web' }, context), {
      'error.type': 'Unsupported',
      'error.message': '/spec/template/spec/containers of deployment web must be array',
    });
  });

  it('wants manifests or a delivery', () => {
    assert.deepEqual(
      wrongInput({}).map(({ field }) => field),
      ['/manifests', '/deployment'],
    );
  });

  it('refuses or scans any pod with one part replaced by anything, and never fails inside', async () => {
    const whole: Json = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { replicas: 3, template: { spec } },
    };
    const places = placesOf(whole);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), fc.jsonValue({ maxDepth: 2 }), async (place, value) => {
        const input = { manifests: [replaced(whole, place, value as Json)] }; // border: fast-check's JSON is ours
        if (wrongInput(input).length > 0) return;
        await scanManifest.run(input, toolContext());
      }),
      { numRuns: 2_000, seed: 20260728 },
    );
  });
});

type Place = readonly (string | number)[];

function placesOf(value: Json, here: Place = []): Place[] {
  if (value === null || typeof value !== 'object') return [here];
  return [here, ...Object.entries(value).flatMap(([key, member]) => placesOf(member, [...here, key]))].filter(
    (place) => place.length > 0,
  );
}

function replaced(value: Json, [key, ...rest]: Place, by: Json): Json {
  if (key === undefined) return by;
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value).map(([name, member]): [string, Json] => [
    name,
    name === String(key) ? replaced(member, rest, by) : member,
  ]);
  return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members);
}
