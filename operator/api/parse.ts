/** The border for our own three kinds: what comes from the cluster is judged by the CRDs' own schemas before it is trusted. */
import type { Deployment } from './generated/deployment.ts';
import validateDeployment from './generated/deployment-validator.js';
import type { ExpertConsultation } from './generated/expert-consultation.ts';
import validateExpertConsultation from './generated/expert-consultation-validator.js';
import type { Tenant } from './generated/tenant.ts';
import validateTenant from './generated/tenant-validator.js';
import type { RoomName } from './names.ts';
import type { CodeObject } from './objects.ts';
import type { FieldError, Parsed } from './parsed.ts';
import type { SchemaError } from './schema-error.ts';

export function parseDeployment(value: unknown): Parsed<Deployment> {
  return parsed<Deployment>(validateDeployment, value);
}

export function parseExpertConsultation(value: unknown): Parsed<ExpertConsultation> {
  return parsed<ExpertConsultation>(validateExpertConsultation, value);
}

export function parseTenant(value: unknown): Parsed<Tenant> {
  return parsed<Tenant>(validateTenant, value);
}

/** The parser of each room's own kind. */
export const parse = {
  deployment: parseDeployment,
  'expert-consultation': parseExpertConsultation,
  tenant: parseTenant,
} as const satisfies Record<RoomName, (value: unknown) => Parsed<CodeObject>>;

/** More than these help nobody, and an object can break a rule in each of its thousands of fields. */
const MOST_ERRORS = 20;

interface Validator {
  (value: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
}

function parsed<Value>(validate: Validator, value: unknown): Parsed<Value> {
  // The border: the validator and the type are generated from the same schema.
  if (validate(value)) return { ok: true, value: value as Value };
  return { ok: false, errors: (validate.errors ?? []).slice(0, MOST_ERRORS).map(fieldError) };
}

function fieldError({ instancePath, keyword, params }: SchemaError): FieldError {
  const field = dotted(instancePath);
  if (keyword === 'required') return { field: join(field, params['missingProperty']), message: 'is missing: set it' };
  if (keyword === 'additionalProperties') {
    return { field: join(field, params['additionalProperty']), message: 'is not a field of this object: remove it' };
  }
  return { field, message: sentences[keyword]?.(params) ?? `breaks the rule ${keyword} of its schema` };
}

/** What is allowed, by keyword. */
const sentences: Readonly<Record<string, (params: SchemaError['params']) => string>> = {
  enum: ({ allowedValues }) => `must be one of ${list(allowedValues)}`,
  const: ({ allowedValue }) => `must be ${String(allowedValue)}`,
  type: ({ type }) => `must be of type ${list(type)}`,
  pattern: ({ pattern }) => `must match ${String(pattern)}`,
  format: ({ format }) => `must be a ${String(format)}, such as 2026-11-25T12:00:00Z`,
  minLength: ({ limit }) => `must have at least ${String(limit)} characters`,
  maxLength: ({ limit }) => `must have at most ${String(limit)} characters`,
  minItems: ({ limit }) => `must have at least ${String(limit)} items`,
  maxItems: ({ limit }) => `must have at most ${String(limit)} items`,
  minProperties: ({ limit }) => `must have at least ${String(limit)} fields`,
  maxProperties: ({ limit }) => `must have at most ${String(limit)} fields`,
  minimum: ({ limit }) => `must be at least ${String(limit)}`,
  maximum: ({ limit }) => `must be at most ${String(limit)}`,
  uniqueItems: () => 'must not hold an item twice',
};

/** `/spec/tools/before/0/name` as `spec.tools.before[0].name`. */
function dotted(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : join(path, part)), '');
}

function join(path: string, name: unknown): string {
  return path === '' ? String(name) : `${path}.${String(name)}`;
}

function list(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value);
}
