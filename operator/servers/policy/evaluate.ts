import type { Json } from '../../core/json.ts';
import { NAMESPACE } from '../schema-parts.ts';
import { type JsonObject, READ_ONLY, tool, USUAL_LIMITS } from '../tool.ts';

interface Arguments {
  readonly kind: string;
  readonly step: string;
  readonly input: JsonObject;
  readonly namespace?: string;
}

const WORD = { type: 'string', maxLength: 63, pattern: '^[a-z][a-z-]{0,62}$' };
const REASONS_TOLD = 50;

const REASONS = {
  type: 'array',
  maxItems: REASONS_TOLD,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['rule', 'message'],
    properties: { rule: { type: 'string' }, message: { type: 'string' }, remedy: { type: 'string' } },
  },
};

export const evaluate = tool<Arguments>({
  name: 'evaluate',
  title: 'Ask a policy',
  description:
    "What the platform's policy of one step answers to an input, by the same engine and bundle as the gate. Nothing is done, and nothing is recorded as a decision.",
  inputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['kind', 'step', 'input'],
    properties: {
      kind: { ...WORD, description: 'deployment, expert-consultation, tenant or tool' },
      step: { ...WORD, description: 'such as roll-out' },
      // Bounded by the engine itself: 256 KiB, 64 levels.
      input: { type: 'object', additionalProperties: true, maxProperties: 64, description: 'as the gate builds it' },
      namespace: NAMESPACE,
    },
  },
  outputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['outcome', 'deny', 'warn', 'bundle'],
    properties: {
      outcome: { type: 'string', enum: ['allow', 'deny', 'error'], description: 'error denies too' },
      failure: { type: 'string', description: 'why there is no answer' },
      deny: REASONS,
      warn: REASONS,
      bundle: { type: 'string', description: 'digest of the policies that answered' },
    },
  },
  annotations: READ_ONLY,
  limits: USUAL_LIMITS,
  async run({ kind, step, input }, { policy, now }) {
    const word = (text: string): string => text.replaceAll('-', '_');
    const entryPoint = `code/${word(kind)}/${word(step)}/decision`;
    const answer = policy.decide({ entryPoint, input, now });
    const { bundle } = policy;
    if (!answer.ok) {
      return {
        content: { outcome: 'error', failure: `${answer.failure}: ${answer.message}`, deny: [], warn: [], bundle },
      };
    }
    const decision = isObject(answer.value) ? answer.value : {};
    const deny = reasons(decision['deny']);
    const allowed = decision['allow'] === true && Array.isArray(decision['deny']) && decision['deny'].length === 0;
    return { content: { outcome: allowed ? 'allow' : 'deny', deny, warn: reasons(decision['warn']), bundle } };
  },
});

function reasons(value: unknown): readonly JsonObject[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, REASONS_TOLD).flatMap((reason: unknown): JsonObject[] => {
    if (!isObject(reason)) return [];
    const told: readonly [string, Json][] = ['rule', 'message', 'remedy'].flatMap((name): [string, Json][] => {
      const text = reason[name];
      return typeof text === 'string' ? [[name, text.slice(0, 512)]] : [];
    });
    return [{ rule: '?', message: '', ...Object.fromEntries(told) }];
  });
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
