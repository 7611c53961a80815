import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { Bug } from '../api/errors.ts';
import type { SchemaIssue, Schemas } from '../ports/schemas.ts';

/** Issues told at once: enough to correct a call, few enough to read. */
const ISSUES_TOLD = 20;

/** Our own schemas, by ajv in strict mode: a misspelt keyword does not compile, nothing is coerced, no default is filled in. */
export function ajvSchemas(): Schemas {
  // Union types: a Kubernetes quantity is a number or a string.
  const ajv = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    allErrors: true,
    coerceTypes: false,
    useDefaults: false,
  });
  return {
    compile(schema) {
      const validate = compiled(ajv, schema);
      return (value) =>
        validate(value) ? [] : (validate.errors ?? []).filter(speaks).slice(0, ISSUES_TOLD).map(issueOf);
    },
  };
}

function compiled(ajv: Ajv2020, schema: object) {
  try {
    return ajv.compile(schema);
  } catch (cause) {
    throw new Bug('InvalidSchema', `a schema of ours does not compile: ${String(cause)}`, cause);
  }
}

/** These only say that a branch failed; the branch has said why. */
const speaks = ({ keyword }: ErrorObject): boolean => keyword !== 'if' && keyword !== 'anyOf';

function issueOf(error: ErrorObject): SchemaIssue {
  const { field, message } = told(error);
  return { field, rule: error.keyword, message };
}

/** The field that must change, and what is allowed there. */
function told(error: ErrorObject): { field: string; message: string } {
  const { instancePath, params } = error;
  switch (error.keyword) {
    case 'required':
      return { field: `${instancePath}/${params['missingProperty']}`, message: 'is required' };
    case 'additionalProperties':
      return { field: `${instancePath}/${params['additionalProperty']}`, message: 'is not an argument of this tool' };
    case 'enum':
      return { field: instancePath, message: `must be one of ${JSON.stringify(params['allowedValues'])}` };
    default:
      return { field: instancePath, message: error.message ?? `breaks ${error.keyword}` };
  }
}
