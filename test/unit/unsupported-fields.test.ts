import { assert } from 'chai';
import { notSupportedYet } from '../../operator/api/not-supported-yet.ts';
import { unsupportedFields } from '../../operator/core/unsupported-fields.ts';
import { readCrds, type StructuralSchema } from '../verbs/generate/read-crds.ts';

describe('fields that are not supported yet', () => {
  it('are told with the place they are set at and what to do instead', () => {
    const spec = {
      review: { experts: [{ name: 'security', provider: 'builtin/security', fallback: ['cost'] }] },
      analysis: { metrics: [{ name: 'errors' }, { name: 'odd', provider: { anomaly: { query: 'up' } } }] },
    };
    assert.sameDeepMembers(unsupportedFields('Deployment', spec) as object[], [
      {
        path: 'spec.review.experts[0].fallback',
        remedy: 'remove fallback: built-in reviewers are never out of reach',
      },
      {
        path: 'spec.analysis.metrics[1].provider.anomaly',
        remedy: 'use prometheus with threshold or compare',
      },
    ]);
  });

  it('are not told where the value asks for what is built', () => {
    const spec = {
      dryRun: false,
      strategy: { type: 'Rolling' },
      dependsOn: [],
      rollback: { automatic: true, scaleDownDelaySeconds: 30 },
      review: { panel: 'default', experts: [{ name: 'security', provider: 'builtin/security' }] },
    };
    assert.deepEqual(unsupportedFields('Deployment', spec), []);
  });

  it('are told once for every item of a list that sets one', () => {
    const experts = [
      { name: 'security', provider: 'builtin/security' },
      { name: 'claude', provider: 'anthropic' },
      { name: 'alice', provider: 'human' },
      { name: 'gemini', provider: 'google' },
    ];
    assert.deepEqual(
      unsupportedFields('ExpertConsultation', { experts }).map(({ path }) => path),
      ['spec.experts[1].provider', 'spec.experts[3].provider'],
    );
  });

  it('are not told of the schema defaults, else every object would be refused', () => {
    for (const crd of readCrds(`${import.meta.dirname}/../..`)) {
      const defaults = defaulted(crd.schema.properties?.['spec'] ?? {});
      const kind = crd.kind as keyof typeof notSupportedYet; // the three kinds are the list's keys, as the next test asserts
      assert.deepEqual(unsupportedFields(kind, defaults), [], crd.kind);
    }
  });

  it('are all declared by the CRDs, so that a renamed field cannot leave its line behind', () => {
    for (const crd of readCrds(`${import.meta.dirname}/../..`)) {
      const rules = Object.entries(notSupportedYet).find(([kind]) => kind === crd.kind)?.[1];
      assert.isDefined(rules, crd.kind);
      for (const { path } of rules ?? []) assert.isDefined(declared(crd.schema, path), `${crd.kind} ${path}`);
    }
  });
});

function declared(schema: StructuralSchema, path: string): StructuralSchema | undefined {
  return path
    .split('.')
    .reduce<StructuralSchema | undefined>(
      (node, name) => (name.endsWith('[]') ? node?.properties?.[name.slice(0, -2)]?.items : node?.properties?.[name]),
      schema,
    );
}

/** What the API server fills into an empty spec. */
function defaulted(schema: StructuralSchema): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
      if (child.default === undefined) return [];
      if (child.type !== 'object') return [[name, child.default]];
      return [[name, { ...defaulted(child), ...Object(child.default) }]];
    }),
  );
}
