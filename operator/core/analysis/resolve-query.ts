import type { Json } from '../json.ts';

/** What templates may name. */
export interface QueryFacts {
  readonly name: string;
  readonly namespace: string;
  /** Hash of the revision of the side that is asked about, as its pods are labelled. */
  readonly revision: string;
  /** A regular expression of the names of that side's pods, which alone tells fresh pods of a revision from its others. */
  readonly pods: string;
  /** The Service of that side, where the strategy has one. */
  readonly service?: string;
}

export type Resolved<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };

const TEMPLATE = /\{\{\s*([^{}]*?)\s*\}\}/g;
const NAMES = ['name', 'namespace', 'revision', 'pods', 'service'] as const;
/** Names of Kubernetes and hashes are made of these alone; only something forged holds another. */
const HARMLESS = /[A-Za-z0-9_.-]/;

/**
 * PromQL with its templates filled in. A character that could end a string, a matcher or a query is written as an escape,
 * so a value stays inside the quotes it was put in, whatever it holds.
 */
export function resolvePromQl(query: string, facts: QueryFacts): Resolved<string> {
  return resolve(query, facts, (value) => Array.from(value, escaped).join(''));
}

/** Arguments of a tool with the templates in their texts filled in: JSON keeps a value inside its text. */
export function resolveArguments(
  given: { readonly [key: string]: Json },
  facts: QueryFacts,
): Resolved<{ readonly [key: string]: Json }> {
  const names = Object.keys(given);
  const members = resolveAll(Object.values(given), facts);
  if (!members.ok) return members;
  return { ok: true, value: Object.fromEntries(names.map((name, index) => [name, members.value[index] ?? null])) };
}

function resolveAll(values: readonly Json[], facts: QueryFacts): Resolved<readonly Json[]> {
  const resolved: Json[] = [];
  for (const value of values) {
    const one = resolveJson(value, facts);
    if (!one.ok) return one;
    resolved.push(one.value);
  }
  return { ok: true, value: resolved };
}

function resolveJson(value: Json, facts: QueryFacts): Resolved<Json> {
  if (typeof value === 'string') return resolve(value, facts, (text) => text);
  if (value === null || typeof value !== 'object') return { ok: true, value };
  return isList(value) ? resolveAll(value, facts) : resolveArguments(value, facts);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

function resolve(text: string, facts: QueryFacts, written: (value: string) => string): Resolved<string> {
  for (const [template, name = ''] of text.matchAll(TEMPLATE)) {
    const known = NAMES.find((candidate) => candidate === name);
    if (known === undefined) {
      const allowed = NAMES.map((candidate) => `{{${candidate}}}`).join(', ');
      return { ok: false, message: `${template} is no template of a query; use ${allowed}` };
    }
    if (facts[known] === undefined) {
      return {
        ok: false,
        message: `${template} names no Service: this strategy has none; select by {{revision}} or {{pods}}`,
      };
    }
  }
  const value = text.replaceAll(TEMPLATE, (_template, name: string) => {
    const known = NAMES.find((candidate) => candidate === name);
    return written((known === undefined ? undefined : facts[known]) ?? '');
  });
  return { ok: true, value };
}

/** PromQL takes \u and \U escapes in both kinds of quotes; in backquotes they stand for themselves, which matches nothing. */
function escaped(character: string): string {
  if (HARMLESS.test(character)) return character;
  return `\\U${(character.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`;
}
