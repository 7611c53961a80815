import type { Json } from '../../core/json.ts';
import { read } from '../read.ts';
import { API_VERSION, COUNT, NAMESPACE, RESOURCE, SELECTOR } from '../schema-parts.ts';
import { type JsonObject, READ_ONLY, tool, USUAL_LIMITS } from '../tool.ts';
import { items, member, text } from './json-parts.ts';

interface Arguments {
  readonly apiVersion: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly limit?: number;
  readonly continue?: string;
}

const MOST = 200;
const USUAL = 50;
const STRINGS = { type: 'object', additionalProperties: { type: 'string' } };

export const list = tool<Arguments>({
  name: 'list',
  title: 'List objects of a kind',
  description:
    'Objects of one kind in pages: names, labels, age, phase and conditions, never contents. Use get for one whole object, and continue for the next page.',
  inputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['apiVersion', 'resource'],
    properties: {
      apiVersion: API_VERSION,
      resource: RESOURCE,
      namespace: { ...NAMESPACE, description: 'absent: all namespaces, which the caller must be allowed to list' },
      labelSelector: SELECTOR,
      limit: { type: 'integer', minimum: 1, maximum: MOST, description: `objects a page; ${USUAL} unless set` },
      continue: { type: 'string', maxLength: 4_096, pattern: '^[A-Za-z0-9][A-Za-z0-9_=-]*$' },
    },
  },
  outputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['items', 'truncated'],
    properties: {
      items: {
        type: 'array',
        maxItems: MOST,
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['name'],
          properties: {
            name: { type: 'string' },
            namespace: { type: 'string' },
            uid: { type: 'string' },
            createdAt: { type: 'string' },
            deletedAt: { type: 'string' },
            labels: STRINGS,
            phase: { type: 'string' },
            conditions: STRINGS,
          },
        },
      },
      truncated: { type: 'boolean' },
      continue: { type: 'string', description: 'give it back for the next page' },
      remaining: { ...COUNT, description: 'objects after this page, where the API server says' },
    },
  },
  annotations: READ_ONLY,
  limits: USUAL_LIMITS,
  async run({ labelSelector, limit = USUAL, continue: from, ...target }, context) {
    const found = await read(context, target, {
      limit: String(limit),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(from === undefined ? {} : { continue: from }),
    });
    if ('error' in found) return found;
    const next = text(found.object, 'metadata', 'continue');
    const remaining = member(found.object, 'metadata', 'remainingItemCount');
    return {
      content: {
        items: items(found.object).slice(0, MOST).map(summary),
        truncated: next !== undefined && next !== '',
        ...(next === undefined || next === '' ? {} : { continue: next }),
        ...(typeof remaining === 'number' ? { remaining } : {}),
      },
    };
  },
});

function summary(object: Json): JsonObject {
  const labels = member(object, 'metadata', 'labels');
  const parts = {
    namespace: text(object, 'metadata', 'namespace'),
    uid: text(object, 'metadata', 'uid'),
    createdAt: text(object, 'metadata', 'creationTimestamp'),
    deletedAt: text(object, 'metadata', 'deletionTimestamp'),
    labels: labels === null ? undefined : labels,
    phase: text(object, 'status', 'phase'),
    conditions: conditions(object),
  };
  const known = Object.entries(parts).flatMap(([key, value]): [string, Json][] =>
    value === undefined ? [] : [[key, value]],
  );
  return { name: text(object, 'metadata', 'name') ?? '', ...Object.fromEntries(known) };
}

/** `{Ready: "False (ContainersNotReady)"}` */
function conditions(object: Json): JsonObject | undefined {
  const told = items(object, 'status', 'conditions').flatMap((condition): [string, string][] => {
    const [type, status, reason] = [text(condition, 'type'), text(condition, 'status'), text(condition, 'reason')];
    if (type === undefined || status === undefined) return [];
    return [[type, reason === undefined || reason === '' ? status : `${status} (${reason})`]];
  });
  return told.length === 0 ? undefined : Object.fromEntries(told);
}
