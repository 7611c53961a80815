import type { Json } from '../core/json.ts';

export const REDACTED = '[redacted]';

/** Shapes of credentials that have no other meaning: text that matches is replaced wherever it stands. */
const CREDENTIALS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/g,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/g,
  /\bsk-[A-Za-z0-9_-]{20,}/g,
  /(?<=\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]{1,256}:)[^\s/@]+(?=@)/g,
];

/** Annotations that repeat a whole object, values of Secrets included. */
const REPEATING = new Set(['kubectl.kubernetes.io/last-applied-configuration']);

/**
 * Takes out of a result what must not leave: credentials in any text, the values of Secrets, the values of environment
 * variables (their names stay), copies of whole objects in annotations. `managedFields` go too: they tell nothing.
 */
export function redact(value: Json): Json {
  if (typeof value === 'string') return CREDENTIALS.reduce((text, shape) => text.replace(shape, REDACTED), value);
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(redact);
  const secret = value['kind'] === 'Secret';
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'managedFields' && !REPEATING.has(key))
      .map(([key, member]) => [key, redactMember(key, member, secret)]),
  );
}

function redactMember(key: string, member: Json, secret: boolean): Json {
  if (secret && (key === 'data' || key === 'stringData')) return hideValues(member);
  if (key === 'env' && isList(member)) return member.map(hideEnvironment);
  return redact(member);
}

function hideValues(member: Json): Json {
  if (member === null || typeof member !== 'object') return REDACTED;
  return Object.fromEntries(Object.keys(member).map((key) => [key, REDACTED]));
}

function hideEnvironment(variable: Json): Json {
  if (variable === null || typeof variable !== 'object' || isList(variable) || !('value' in variable))
    return redact(variable);
  return { ...variable, value: REDACTED };
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
