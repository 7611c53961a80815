import type { Milliseconds } from '../../core/decision.ts';
import { entryPointOf } from '../../core/entry-point-of.ts';
import type { Json } from '../../core/json.ts';
import { verdictOf } from '../../core/verdict-of.ts';
import type { PolicyEngine } from '../../ports/policy.ts';
import type { Hints, JsonObject } from '../tool.ts';

/** Policy of kind `tool`, step `invoke` (policy-security.md section 1). */
const ENTRY_POINT = entryPointOf('tool', 'invoke');

export interface ToolQuestion {
  readonly user: string;
  readonly namespace: string | undefined;
  /** What the namespace's Tenant allows; absent where it has none, and the policy must then decide without. */
  readonly tenant: JsonObject | undefined;
  readonly server: string;
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly digest: string;
  readonly hints: Hints;
}

export type ToolVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly rule: string; readonly message: string; readonly remedy: string };

/** Default deny: anything but a clear allow refuses the call, and so does an engine that cannot answer. */
export function askToolPolicy(engine: PolicyEngine, question: ToolQuestion, now: Milliseconds): ToolVerdict {
  const { allowed, reasons } = verdictOf(
    engine.decide({ entryPoint: ENTRY_POINT, input: inputOf(question, now), now }),
  );
  if (allowed) return { allowed: true };
  const { rule = 'code/default-deny', message = 'denied', remedy = REMEDY } = reasons[0] ?? {};
  return { allowed: false, rule, message, remedy };
}

const REMEDY = "ask the policy owner, or have the tool put on the Tenant's list";

function inputOf(question: ToolQuestion, now: Milliseconds): JsonObject {
  const { user, namespace, tenant, server, tool, digest, hints } = question;
  const action: Json = {
    type: 'call-tool',
    server,
    tool,
    arguments: question.arguments,
    digest,
    hints: {
      readOnly: hints.readOnlyHint,
      destructive: hints.destructiveHint,
      idempotent: hints.idempotentHint,
      openWorld: hints.openWorldHint,
    },
  };
  return {
    subject: { user },
    ...(tenant === undefined ? {} : { tenant }),
    resource: { kind: 'Tool', name: `${server}.${tool}`, ...(namespace === undefined ? {} : { namespace }) },
    step: { kind: 'tool', name: 'invoke', safety: false, teardown: false },
    actions: [action],
    // Whole seconds, as in every other question: policies compare it as text.
    time: { now: `${new Date(now).toISOString().slice(0, 19)}Z` },
  };
}
