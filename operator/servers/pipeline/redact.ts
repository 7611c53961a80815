import type { Json } from '../../core/json.ts';
import { REDACTED, redactText } from '../../core/redact-text.ts';

/** Annotations that repeat a whole object, values of Secrets included. */
const REPEATING = new Set(['kubectl.kubernetes.io/last-applied-configuration']);

/**
 * Takes out of a result what must not leave: credentials in any text, the values of Secrets, the values of environment
 * variables (their names stay), copies of whole objects in annotations. `managedFields` go too: they tell nothing.
 */
export function redact(value: Json): Json {
  if (typeof value === 'string') return redactText(value);
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
