import { readdirSync } from 'node:fs';
import { assert } from 'chai';
import { ajvSchemas } from '../../../operator/adapters/schemas.ts';
import { READ_ONLY_TOOLS } from '../../../operator/api/verbs.ts';
import type { Json } from '../../../operator/core/json.ts';
import { servers } from '../../../operator/servers/index.ts';

const schemas = ajvSchemas();
const directory = new URL('../../../operator/servers/', import.meta.url);

describe('the registry of tools', () => {
  it('lists every server that has a folder', () => {
    const folders = readdirSync(directory, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== 'pipeline',
    );
    assert.sameMembers(
      servers.map(({ name }) => name),
      folders.map(({ name }) => name),
    );
  });

  it('grants the tools that only read, by name, and no other', () => {
    const names = servers.flatMap(({ name, tools }) =>
      tools.filter(({ annotations }) => annotations.readOnlyHint).map((tool) => `${name}.${tool.name}`),
    );
    assert.deepEqual([...READ_ONLY_TOOLS], names);
  });

  for (const server of servers) {
    it(`lists every tool of server ${server.name} that has a file`, () => {
      const files = readdirSync(new URL(`${server.name}/`, directory));
      for (const { name } of server.tools) assert.include(files, `${name.replaceAll('_', '-')}.ts`);
    });

    for (const tool of server.tools) {
      describe(`${server.name}.${tool.name}`, () => {
        it('says what it does', () => {
          assert.match(tool.name, /^[a-z][a-z_]{1,62}$/);
          assert.isAbove(tool.title.length, 4);
          assert.isAbove(tool.description.length, 20);
        });

        it('has schemas that compile and let no unknown argument in', () => {
          const wrong = schemas.compile(tool.inputSchema);
          schemas.compile(tool.outputSchema);
          assert.deepInclude(wrong({ 'no-such-argument': 1 }), {
            field: '/no-such-argument',
            rule: 'additionalProperties',
            message: 'is not an argument of this tool',
          });
        });

        it('bounds every argument', () => {
          for (const [name, schema] of Object.entries(tool.inputSchema.properties))
            assert.isTrue(bounded(schema), name);
        });

        it('takes no name that a program could read as an option', () => {
          const wrong = schemas.compile(tool.inputSchema);
          for (const [name, schema] of Object.entries(tool.inputSchema.properties)) {
            if (typeOf(schema) !== 'string') continue;
            for (const text of ['--server=x', '-v', 'a;b', 'a\nb', 'a\0b', '../x']) {
              const issues = wrong({ [name]: text }).filter(({ field }) => field === `/${name}`);
              assert.isNotEmpty(issues, `${name} takes ${JSON.stringify(text)}`);
            }
          }
        });

        it('states its four hints and its limits', () => {
          assert.hasAllKeys(tool.annotations, ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint']);
          if (tool.annotations.readOnlyHint) assert.isFalse(tool.annotations.destructiveHint);
          for (const limit of Object.values(tool.limits)) assert.isAbove(limit, 0);
          assert.isAtMost(tool.limits.timeout, 30_000);
        });
      });
    }
  }
});

const typeOf = (schema: Json): Json | undefined => (isObject(schema) ? schema['type'] : undefined);

function bounded(schema: Json): boolean {
  if (!isObject(schema)) return false;
  if ('enum' in schema) return true;
  switch (schema['type']) {
    case 'string':
      return 'maxLength' in schema && 'pattern' in schema;
    case 'array':
      return 'maxItems' in schema;
    case 'integer':
      return 'minimum' in schema && 'maximum' in schema;
    case 'boolean':
      return true;
    case 'object':
      return 'maxProperties' in schema;
    default:
      return false;
  }
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
