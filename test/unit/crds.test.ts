import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { parse } from 'yaml';
import { crdFiles, readCrds, type StructuralSchema } from '../verbs/generate/read-crds.ts';

const root = join(import.meta.dirname, '..', '..');

/** kubectl apply keeps the whole object in an annotation, which the API server bounds. */
const LARGEST_FILE = 262_144;

describe('the CRDs', () => {
  for (const { file, kind, schema } of readCrds(root)) {
    describe(kind, () => {
      const nodes = [...walk(schema, kind)];

      it('fits into the annotation that kubectl apply keeps', () => {
        assert.isBelow(statSync(join(root, 'crds', `${file}.yaml`)).size, LARGEST_FILE);
      });

      it('bounds every string, list, map and free number-or-text', () => {
        assert.deepEqual(
          nodes.filter(({ node }) => !isBounded(node)).map(({ path }) => path),
          [],
        );
      });

      it('describes every field, for kubectl explain', () => {
        const undescribed = nodes.filter(({ node, isField }) => isField && node.description === undefined);
        assert.deepEqual(
          undescribed.map(({ path }) => path),
          [`${kind}.metadata`],
        );
      });

      it('has no default inside a list, where server-side apply would fight over it', () => {
        const defaults = nodes.filter(({ path, node }) => path.includes('[]') && node.default !== undefined);
        assert.deepEqual(
          defaults.map(({ path }) => path),
          [],
        );
      });

      it('keeps unknown fields in the pod template and in the values of tool arguments only', () => {
        const free = nodes.filter(({ node }) => node['x-kubernetes-preserve-unknown-fields']).map(({ path }) => path);
        const unexpected = free.filter(
          (path) => !path.startsWith('Deployment.spec.template') && !path.endsWith('.arguments{}'),
        );
        assert.deepEqual(unexpected, []);
      });

      it('names every list: set, map by key, or atomic', () => {
        const unnamed = nodes.filter(
          ({ path, node }) => node.type === 'array' && !node['x-kubernetes-list-type'] && !path.includes('template'),
        );
        assert.deepEqual(
          unnamed.map(({ path }) => path),
          [],
        );
      });

      it('lets kstatus see an object nobody has observed yet as in progress', () => {
        const status = schema.properties?.['status'];
        const { type, format, default: unseen } = status?.properties?.['observedGeneration'] ?? {};
        assert.deepEqual(
          { status: status?.default, type, format, unseen },
          { status: { observedGeneration: -1 }, type: 'integer', format: 'int64', unseen: -1 },
        );
      });

      it('keeps one condition of each type', () => {
        const conditions = schema.properties?.['status']?.properties?.['conditions'];
        assert.deepEqual(
          [conditions?.['x-kubernetes-list-type'], conditions?.['x-kubernetes-list-map-keys']],
          ['map', ['type']],
        );
      });

      it('says in every rule what to do about it', () => {
        for (const { path, node } of nodes) {
          for (const rule of node['x-kubernetes-validations'] ?? []) {
            assert.match(String(rule['message']), /[;,] |must /, `${path}: ${String(rule['message'])}`);
          }
        }
      });
    });
  }

  it('show these columns, the last ones with -o wide only', () => {
    const columns = crdFiles.map((file) => {
      const crd = parse(readFileSync(join(root, 'crds', `${file}.yaml`), 'utf8'));
      const shown: { name: string; priority?: number }[] = crd.spec.versions[0].additionalPrinterColumns;
      return shown.map(({ name, priority }) => (priority === 1 ? `(${name})` : name).toUpperCase()).join(' ');
    });
    assert.deepEqual(columns, [
      'PHASE STEP WEIGHT READY REVISION REASON AGE (REVIEW) (GATE) (TENANT) (MESSAGE)',
      'PHASE ANSWERED RECOMMENDATION CONFIDENCE COST AGE (RISK) (MESSAGE)',
      'PHASE NAMESPACES CPU MEMORY COST COMPLIANCE AGE (MESSAGE)',
    ]);
  });

  it('are known by these names', () => {
    const names = crdFiles.map((file) => {
      const { metadata, spec } = parse(readFileSync(join(root, 'crds', `${file}.yaml`), 'utf8'));
      const { shortNames, categories } = spec.names;
      return [
        metadata.name,
        spec.scope,
        ...shortNames,
        ...categories,
        Object.keys(spec.versions[0].subresources).join(),
      ];
    });
    assert.deepEqual(names, [
      ['deployments.code-engine.dev', 'Namespaced', 'cdep', 'code', 'status,scale'],
      ['expertconsultations.code-engine.dev', 'Namespaced', 'consult', 'code', 'status'],
      ['tenants.code-engine.dev', 'Cluster', 'ctenant', 'code', 'status'],
    ]);
  });
});

interface Visited {
  /** `Deployment.spec.tools.before[].arguments{}`. */
  readonly path: string;
  readonly node: StructuralSchema;
  /** A named field, not an item or a value. */
  readonly isField: boolean;
}

function* walk(node: StructuralSchema, path: string, isField = true): Generator<Visited> {
  yield { path, node, isField };
  for (const [name, child] of Object.entries(node.properties ?? {})) yield* walk(child, `${path}.${name}`);
  if (node.items !== undefined) yield* walk(node.items, `${path}[]`, false);
  if (node.additionalProperties !== undefined) yield* walk(node.additionalProperties, `${path}{}`, false);
}

function isBounded(node: StructuralSchema): boolean {
  if (node['x-kubernetes-int-or-string']) return node.maxLength !== undefined;
  switch (node.type) {
    case 'string':
      return node.maxLength !== undefined || node.enum !== undefined;
    case 'array':
      return node.maxItems !== undefined;
    case 'object':
      return node.additionalProperties === undefined || node.maxProperties !== undefined;
    default:
      return true;
  }
}
