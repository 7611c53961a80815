import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { parseAllDocuments } from 'yaml';
import type { Deployment } from '../../operator/api/generated/deployment.ts';
import type { KubeObject } from '../../operator/api/objects.ts';
import { ensureBinary } from '../cluster/binaries.ts';
import { shop } from '../support/delivery/manifests.ts';
import { kubectl } from '../support/kubectl.ts';
import { projectRoot } from '../verbs/project.ts';

const SHIPPED = 'name-references.yaml';
const PATCHED = { apiVersion: 'code-engine.dev/v1alpha1', kind: 'Deployment', metadata: { name: 'shop' } };

describe('kubectl kustomize over our Deployment', function () {
  this.timeout(60_000);

  before(async function () {
    // The first build of kubectl takes minutes.
    this.timeout(45 * 60_000);
    await ensureBinary('kubectl');
  });

  it('sets images, replicas, and labels in the selector and on the pods', async () => {
    const [image] = manifest().spec.template.spec.containers.map((container) => container.image.replace(/[:@].*/, ''));
    const { spec, metadata } = await built({
      images: [{ name: image, newName: 'mirror.example.com/shop', newTag: '2' }],
      replicas: [{ name: 'shop', count: 7 }],
      labels: [{ pairs: { team: 'shops' }, includeSelectors: true }],
    });
    const { template, selector, replicas } = spec;
    const labels = { app: 'shop', team: 'shops' };
    assert.deepEqual(
      { image: template.spec.containers[0]?.image, replicas, own: metadata.labels },
      { image: 'mirror.example.com/shop:2', replicas: 7, own: { team: 'shops' } },
    );
    assert.deepEqual(
      { pods: template.metadata?.labels, selector: selector.matchLabels },
      { pods: labels, selector: labels },
    );
  });

  it('merges patches, and patches a container by its place', async () => {
    const deadline = { ...PATCHED, spec: { progressDeadlineSeconds: 60 } };
    const env = [{ op: 'add', path: '/spec/template/spec/containers/0/env', value: [{ name: 'A', value: 'b' }] }];
    const { spec } = await built({
      patches: [
        { patch: JSON.stringify(deadline) },
        { target: { group: 'code-engine.dev', kind: 'Deployment' }, patch: JSON.stringify(env) },
      ],
    });
    const [web] = manifest().spec.template.spec.containers;
    assert.equal(spec.progressDeadlineSeconds, 60);
    assert.deepEqual(spec.template.spec.containers, [
      { ...web, env: [{ name: 'A', value: 'b' }] },
    ] as typeof spec.template.spec.containers);
  });

  it('follows generated names of ConfigMaps and Secrets in the pods', async () => {
    const all = await objects({
      configMapGenerator: [{ name: 'settings', literals: ['a=b'] }],
      secretGenerator: [{ name: 'keys', literals: ['a=b'] }],
    });
    const { envFrom, volumes } = podOf(all) as { envFrom: object; volumes: object };
    const [settings, keys] = [nameOf(all, 'ConfigMap'), nameOf(all, 'Secret')];
    assert.match(settings, /^settings-[a-z0-9]{10}$/);
    assert.deepEqual(
      { envFrom, volumes },
      { envFrom: [{ configMapRef: { name: settings } }], volumes: [{ name: 'keys', secret: { secretName: keys } }] },
    );
  });

  it('follows the names that fields of ours hold, by the configuration we ship', async () => {
    const service = (name: string) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [] } });
    const canary = {
      ...manifest(),
      spec: {
        ...manifest().spec,
        strategy: {
          type: 'Canary',
          canary: { stableService: 'stable', canaryService: 'canary', traffic: { httpRoute: { name: 'route' } } },
        },
        analysis: { metrics: [{ name: 'errors', provider: { web: { headersSecret: 'keys' } } }] },
        dependsOn: [{ name: 'database' }],
      },
    };
    const blueGreen = { activeService: 'stable', previewService: 'canary' };
    const database = {
      ...shop({ namespace: '', name: 'database' }),
      metadata: { name: 'database' },
      spec: { ...manifest().spec, strategy: { type: 'BlueGreen', blueGreen } },
    };
    const route = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'route' },
      spec: {},
    };
    const all = await objects(
      { namePrefix: 'eu-', configurations: [SHIPPED], secretGenerator: [{ name: 'keys', literals: ['a=b'] }] },
      [canary, database, route, service('stable'), service('canary')],
    );
    const [first, second] = ['eu-shop', 'eu-database'].map((name) =>
      all.find(({ metadata }) => metadata.name === name),
    );
    const { strategy, analysis, dependsOn } = (first as Deployment).spec; // border: built from ours
    assert.deepEqual(strategy?.canary as object, {
      stableService: 'eu-stable',
      canaryService: 'eu-canary',
      traffic: { httpRoute: { name: 'eu-route' } },
    });
    assert.deepEqual(analysis as object, {
      metrics: [{ name: 'errors', provider: { web: { headersSecret: nameOf(all, 'Secret') } } }],
    });
    assert.deepEqual(dependsOn as object, [{ name: 'eu-database' }]);
    const preview = { activeService: 'eu-stable', previewService: 'eu-canary' };
    assert.deepEqual((second as Deployment).spec.strategy?.blueGreen as object, preview); // border: as above
  });
});

/** The sample with what a user's pods read. */
function manifest(): Deployment {
  const { metadata, ...sample } = shop({ namespace: '' });
  const { template } = sample.spec;
  const containers = template.spec.containers.map((web) => ({
    ...web,
    envFrom: [{ configMapRef: { name: 'settings' } }],
  }));
  const volumes = [{ name: 'keys', secret: { secretName: 'keys' } }];
  const spec = { ...sample.spec, template: { ...template, spec: { ...template.spec, containers, volumes } } };
  return { ...sample, metadata: { name: metadata.name }, spec };
}

async function built(kustomization: object): Promise<Deployment> {
  const found = (await objects(kustomization)).find(({ kind }) => kind === 'Deployment');
  return found as Deployment; // border: built from ours
}

/** What kustomize makes of the objects. */
async function objects(
  kustomization: object,
  resources: readonly object[] = [manifest()],
): Promise<readonly KubeObject[]> {
  const directory = mkdtempSync(join(tmpdir(), 'code-kustomize-'));
  try {
    cpSync(join(projectRoot, 'config', 'gitops', 'kustomize', SHIPPED), join(directory, SHIPPED));
    const list = { apiVersion: 'v1', kind: 'List', items: resources };
    // JSON is YAML.
    writeFileSync(join(directory, 'objects.yaml'), JSON.stringify(list));
    writeFileSync(
      join(directory, 'kustomization.yaml'),
      JSON.stringify({ resources: ['objects.yaml'], ...kustomization }),
    );
    const program = { kubectl: await ensureBinary('kubectl'), kubeconfig: '', directory };
    const { code, stdout, stderr } = await kubectl(program, ['kustomize', directory]);
    assert.equal(code, 0, stderr);
    return parseAllDocuments(stdout).map((document) => document.toJS() as KubeObject); // border: kustomize's own output
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const nameOf = (all: readonly KubeObject[], kind: string): string =>
  all.find((object) => object.kind === kind)?.metadata.name ?? '';

function podOf(all: readonly KubeObject[]): object {
  const { template } = (all.find(({ kind }) => kind === 'Deployment') as Deployment).spec; // border: built from ours
  return { ...template.spec.containers[0], volumes: template.spec['volumes'] };
}
