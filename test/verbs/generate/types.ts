/** TypeScript types of our three kinds, one file a kind: a titled node of the schema becomes an exported name. */
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import type { Generated } from './generated.ts';
import { type Crd, kebab, type StructuralSchema } from './read-crds.ts';

const options = {
  additionalProperties: false,
  bannerComment: '',
  ignoreMinAndMaxItems: true,
  declareExternallyReferenced: true,
  style: { singleQuote: true, printWidth: 120 },
};

/** Stands for an index signature beside known members, which json-schema-to-typescript would widen to their union. */
const PRESERVED = 'preserved_unknown_fields';

export async function generateTypes(crds: readonly Crd[]): Promise<readonly Generated[]> {
  return Promise.all(
    crds.map(async (crd) => ({
      path: `operator/api/generated/${kebab(crd.kind)}.ts`,
      text: await typesOf(crd),
    })),
  );
}

async function typesOf(crd: Crd): Promise<string> {
  const definitions = new Map<string, JSONSchema>();
  const spec = jsonSchema(part(crd, 'spec'), definitions);
  const status = jsonSchema(part(crd, 'status'), definitions);
  // Definitions the root refers to come out in this order, named by their keys.
  const root: JSONSchema = {
    title: crd.kind,
    description: crd.schema.description ?? '',
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      apiVersion: { const: 'code-engine.dev/v1alpha1' },
      kind: { const: crd.kind },
      metadata: { tsType: 'ObjectMeta' },
      spec,
      status,
    },
    definitions: Object.fromEntries(definitions),
  };
  const text = readonly(await compile(root, crd.kind, options));
  const imports = [
    "import type { Json } from '../json.ts';",
    "import type { Condition, ObjectMeta } from '../objects.ts';",
  ].filter((line) => !line.includes('Json') || /\bJson\b/.test(text));
  return `// Generated from crds/${crd.file}.yaml by \`npm run generate\`: change that file.\n${imports.join('\n')}\n\n${text}`;
}

function part(crd: Crd, name: 'spec' | 'status'): StructuralSchema {
  const schema = crd.schema.properties?.[name];
  if (schema?.title === undefined)
    throw new Error(`crds/${crd.file}.yaml: ${name} needs a title, which names its type`);
  return schema;
}

/** The JSON Schema of a node; a titled one is put into `definitions` and referred to, so that it is declared once. */
function jsonSchema(node: StructuralSchema, definitions: Map<string, JSONSchema>): JSONSchema {
  const { title, ...body } = node;
  if (title === undefined) return bare(body, definitions);
  if (title === 'Condition') return described({ tsType: 'Condition' }, node);
  const schema = { ...bare(body, definitions), title };
  const known = definitions.get(title);
  if (known === undefined) definitions.set(title, schema);
  else if (shape(known) !== shape(schema)) throw new Error(`two different schemas have the title ${title}: rename one`);
  return { $ref: `#/definitions/${title}` };
}

function bare(node: StructuralSchema, definitions: Map<string, JSONSchema>): JSONSchema {
  if (node['x-kubernetes-int-or-string']) return described({ tsType: 'number | string' }, node);
  if (node.type === undefined) return described({ tsType: 'Json' }, node);
  const schema: JSONSchema = described({ type: node.type }, node);
  if (node.enum !== undefined) schema.enum = [...node.enum];
  if (node.items !== undefined) schema.items = jsonSchema(node.items, definitions);
  if (node.type !== 'object') return schema;
  schema.required = [...(node.required ?? [])];
  schema.properties = Object.fromEntries(
    Object.entries(node.properties ?? {}).map(([name, child]) => [name, jsonSchema(child, definitions)]),
  );
  if (node['x-kubernetes-preserve-unknown-fields']) schema.properties[PRESERVED] = { tsType: 'Json' };
  if (node.additionalProperties) schema.additionalProperties = jsonSchema(node.additionalProperties, definitions);
  else schema.additionalProperties = false;
  return schema;
}

function described(schema: JSONSchema, node: StructuralSchema): JSONSchema {
  return node.description === undefined ? schema : { ...schema, description: node.description };
}

/** A schema without its words, to compare. */
function shape(schema: JSONSchema): string {
  return JSON.stringify(schema, (key, value) => (key === 'description' ? undefined : value));
}

/** json-schema-to-typescript knows no `readonly`; it formats one member a line, which makes adding it safe. */
function readonly(text: string): string {
  return text
    .replaceAll(`${PRESERVED}?:`, '[k: string]:')
    .replaceAll(/^(\s+)(?=(?:\w+|\[k: string\])\??: )/gm, '$1readonly ')
    .replaceAll('[k: string]', '[key: string]')
    .replaceAll(/: (\w+|\([^()]+\))\[\];$/gm, ': readonly $1[];')
    .replaceAll(/\n}\n(?=\/\*\*|export)/g, '\n}\n\n')
    .replaceAll(/^( *)\/\*\*\n *\* (.*)\n *\*\/$/gm, '$1/** $2 */');
}
