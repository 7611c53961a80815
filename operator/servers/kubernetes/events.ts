import type { Json } from '../../core/json.ts';
import { read } from '../read.ts';
import { COUNT, NAMESPACE, OBJECT_NAME } from '../schema-parts.ts';
import { type JsonObject, READ_ONLY, tool, USUAL_LIMITS } from '../tool.ts';
import { items, number, text } from './json-parts.ts';

interface Arguments {
  readonly namespace: string;
  readonly kind?: string;
  readonly name?: string;
  readonly type?: string;
  readonly limit?: number;
}

const MOST = 200;
const USUAL = 50;
/** The API server does not sort: the newest of this many are told. */
const READ = 500;

export const events = tool<Arguments>({
  name: 'events',
  title: 'Events of a namespace',
  description: 'Events, newest first, of a namespace or of one object in it.',
  inputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['namespace'],
    properties: {
      namespace: { ...NAMESPACE, description: 'whose events' },
      kind: {
        type: 'string',
        maxLength: 63,
        pattern: '^[A-Z][A-Za-z0-9]*$',
        description: 'of the object they are about',
      },
      name: { ...OBJECT_NAME, description: 'of the object they are about' },
      type: { type: 'string', enum: ['Normal', 'Warning'] },
      limit: { type: 'integer', minimum: 1, maximum: MOST, description: `${USUAL} unless set` },
    },
  },
  outputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['events', 'truncated'],
    properties: {
      events: {
        type: 'array',
        maxItems: MOST,
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['type', 'reason', 'object', 'message', 'count', 'lastSeen'],
          properties: {
            type: { type: 'string' },
            reason: { type: 'string' },
            object: { type: 'string', description: 'kind/name' },
            message: { type: 'string' },
            count: COUNT,
            lastSeen: { type: 'string' },
          },
        },
      },
      truncated: { type: 'boolean', description: 'there are more events than these' },
    },
  },
  annotations: READ_ONLY,
  limits: USUAL_LIMITS,
  async run({ namespace, kind, name, type, limit = USUAL }, context) {
    const fields = [
      ...(kind === undefined ? [] : [`involvedObject.kind=${kind}`]),
      ...(name === undefined ? [] : [`involvedObject.name=${name}`]),
      ...(type === undefined ? [] : [`type=${type}`]),
    ];
    const target = { apiVersion: 'v1', resource: 'events', namespace };
    const query = { limit: String(READ), ...(fields.length === 0 ? {} : { fieldSelector: fields.join(',') }) };
    const found = await read(context, target, query);
    if ('error' in found) return found;
    const all = items(found.object).map(told).sort(newestFirst);
    const more = (text(found.object, 'metadata', 'continue') ?? '') !== '';
    return { content: { events: all.slice(0, limit), truncated: more || all.length > limit } };
  },
});

type Told = JsonObject & { readonly lastSeen: string };

function told(event: Json): Told {
  return {
    type: text(event, 'type') ?? '',
    reason: text(event, 'reason') ?? '',
    object: `${text(event, 'involvedObject', 'kind') ?? '?'}/${text(event, 'involvedObject', 'name') ?? '?'}`,
    message: (text(event, 'message') ?? '').slice(0, 1_024),
    count: number(event, 'series', 'count') ?? number(event, 'count') ?? 1,
    lastSeen:
      text(event, 'series', 'lastObservedTime') ??
      text(event, 'lastTimestamp') ??
      text(event, 'eventTime') ??
      text(event, 'metadata', 'creationTimestamp') ??
      '',
  };
}

const newestFirst = (left: Told, right: Told): number => (left.lastSeen > right.lastSeen ? -1 : 1);
