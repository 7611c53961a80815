/** Validators of whole objects, compiled by ajv ahead of time: plain ES modules that need no ajv, and no eval, to run. */
import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { Generated } from './generated.ts';
import { type Crd, kebab, type StructuralSchema } from './read-crds.ts';

type JsonSchema = Record<string, unknown>;

/** RFC 3339, as the API server takes it for format date-time. */
const dateTime =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

const integers = {
  int32: { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  int64: { minimum: -(2 ** 63), maximum: 2 ** 63 },
} as const;

export function generateValidators(crds: readonly Crd[]): readonly Generated[] {
  return crds.flatMap((crd) => {
    const path = `operator/api/generated/${kebab(crd.kind)}-validator`;
    return [
      { path: `${path}.js`, text: `${header(crd)}${code(crd)}\n` },
      { path: `${path}.d.ts`, text: `${header(crd)}${declaration}` },
    ];
  });
}

const header = (crd: Crd) => `// Generated from crds/${crd.file}.yaml by \`npm run generate\`: change that file.\n`;

const declaration = `import type { SchemaError } from '../schema-error.ts';

/** Whether a value has the shape of the CRD; if not, \`errors\` says why until the next call. */
declare const validate: { (value: unknown): boolean; errors?: readonly SchemaError[] | null };
export default validate;
`;

function code(crd: Crd): string {
  const ajv = new Ajv({
    strict: true,
    allowUnionTypes: true,
    allErrors: true,
    inlineRefs: false,
    // The words are ours, in parse.ts.
    messages: false,
    code: { esm: true, source: true, lines: true },
    formats: { 'date-time': dateTime },
  });
  const definitions = new Map<string, JsonSchema>();
  const root = objectSchema(crd, definitions);
  const validate = ajv.compile({ ...root, $defs: Object.fromEntries(definitions) });
  // ESM interop: the default export of this CommonJS module is the function, under `default` where Node loads it.
  const generate = standalone as unknown as { default?: typeof standalone.default } & typeof standalone.default;
  return selfContained((generate.default ?? generate)(ajv, validate));
}

/** The one helper ajv's code asks for is written out: length in code points, as the API server counts. */
function selfContained(text: string): string {
  const own = text.replaceAll('require("ajv/dist/runtime/ucs2length").default', '(text) => [...text].length');
  const left = /require\([^)]*\)/.exec(own);
  if (left !== null) throw new Error(`the generated validator asks for ${left[0]}: write it out in validators.ts`);
  return own;
}

function objectSchema(crd: Crd, definitions: Map<string, JsonSchema>): JsonSchema {
  const { spec, status } = crd.schema.properties ?? {};
  if (spec === undefined || status === undefined) throw new Error(`crds/${crd.file}.yaml lacks spec or status`);
  return {
    type: 'object',
    additionalProperties: false,
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      apiVersion: { const: 'code-engine.dev/v1alpha1' },
      kind: { const: crd.kind },
      metadata: {
        type: 'object',
        required: crd.namespaced ? ['name', 'namespace'] : ['name'],
        properties: { name: { type: 'string' }, namespace: { type: 'string' } },
      },
      spec: schemaOf(spec, definitions),
      status: schemaOf(status, definitions),
    },
  };
}

/** A titled node is compiled once and referred to. */
function schemaOf(node: StructuralSchema, definitions: Map<string, JsonSchema>): JsonSchema {
  if (node.title === undefined) return bare(node, definitions);
  if (!definitions.has(node.title)) {
    definitions.set(node.title, {});
    definitions.set(node.title, bare(node, definitions));
  }
  return { $ref: `#/$defs/${node.title}` };
}

const copied = [
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
] as const satisfies readonly (keyof StructuralSchema)[];

function bare(node: StructuralSchema, definitions: Map<string, JsonSchema>): JsonSchema {
  const schema: JsonSchema = {};
  if (node['x-kubernetes-int-or-string']) schema['type'] = ['integer', 'string'];
  else if (node.type !== undefined) schema['type'] = node.type;
  if (node.format === 'date-time') schema['format'] = node.format;
  else if (node.format !== undefined) Object.assign(schema, integers[node.format]);
  for (const keyword of copied) if (node[keyword] !== undefined) schema[keyword] = node[keyword];
  if (node['x-kubernetes-list-type'] === 'set') schema['uniqueItems'] = true;
  if (node.items !== undefined) schema['items'] = schemaOf(node.items, definitions);
  if (node.type !== 'object') return schema;
  schema['required'] = node.required ?? [];
  schema['properties'] = Object.fromEntries(
    Object.entries(node.properties ?? {}).map(([name, child]) => [name, schemaOf(child, definitions)]),
  );
  if (node['x-kubernetes-preserve-unknown-fields']) return schema;
  schema['additionalProperties'] = node.additionalProperties ? schemaOf(node.additionalProperties, definitions) : false;
  return schema;
}
