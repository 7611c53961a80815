import { entryPointOf } from '../../core/entry-point-of.ts';
import type { Reason } from '../../core/gate-input.ts';
import { verdictOf } from '../../core/verdict-of.ts';
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
    const { outcome, reasons, warnings } = verdictOf(
      policy.decide({ entryPoint: entryPointOf(kind, step), input, now }),
    );
    const told = { outcome, warn: warnings.map(shown), bundle: policy.bundle };
    if (outcome !== 'error') return { content: { ...told, deny: reasons.map(shown) } };
    const failure = reasons.map(({ rule, message }) => `${rule.replace('code/', '')}: ${message}`).join('; ');
    return { content: { ...told, failure, deny: [] } };
  },
});

const shown = ({ rule, message, remedy }: Reason): JsonObject => ({
  rule,
  message,
  ...(remedy === undefined ? {} : { remedy }),
});
