/**
 * The built-in reviewers: rule-based and deterministic, and they say so. They read the frozen plan that a delivery's
 * consultation shows them; without a plan, or asked for anything but approve, reject or needs-work, they abstain.
 */
import type { ExpertAnswer, ExpertReference, Question } from '../../core/action.ts';
import type { Json } from '../../core/json.ts';
import {
  type Finding,
  judgePods,
  type PlannedPods,
  RULES_VERSION,
  type RuleSet,
  ruleSets,
} from '../../core/pod-rules/index.ts';
import type { PodTemplate } from '../../core/pod-template.ts';
import type { ExpertProvider } from '../../ports/experts.ts';

export const builtin: ExpertProvider = {
  name: 'builtin',
  ask: async (expert, question) => review(expert, question),
};

function review(expert: ExpertReference, question: Question): ExpertAnswer {
  const name = expert.provider.slice('builtin/'.length);
  if (!isRuleSet(name)) return abstain(expert, `there is no built-in reviewer ${name}`);
  const planned = plannedPods(question);
  if (planned === undefined) return abstain(expert, 'it reviews the plan of a delivery, and the question shows none');
  const findings = judgePods(name, ruleSets[name], planned);
  const answer = verdictOf(findings, question.options);
  if (answer === undefined)
    return abstain(expert, 'it answers approve, reject or needs-work, and the question offers neither');
  return {
    ...identityOf(expert),
    state: 'Answered',
    answer,
    risk: findings[0]?.severity ?? 'low',
    rationale: rationaleOf(name, findings),
    findings,
  };
}

/** Any critical finding rejects; any high one needs work, or rejects where that is no option; others are told. */
function verdictOf(findings: readonly Finding[], options: readonly string[]): string | undefined {
  const wanted = {
    critical: ['reject', 'needs-work'],
    high: ['needs-work', 'reject'],
    medium: ['approve'],
    low: ['approve'],
  };
  const [worst] = findings;
  return wanted[worst?.severity ?? 'low'].find((option) => options.includes(option));
}

function rationaleOf(name: RuleSet, findings: readonly Finding[]): string {
  if (findings.length === 0) return `rule-based review (${name}): ${ruleSets[name].length} rules found nothing`;
  const told = findings.slice(0, 3).map(({ severity, message }) => `${severity}: ${message}`);
  const more = findings.length > told.length ? ` (and ${findings.length - told.length} more)` : '';
  return `rule-based review (${name}) found ${told.join('; ')}${more}`;
}

const isRuleSet = (name: string): name is RuleSet => Object.hasOwn(ruleSets, name);

function abstain(expert: ExpertReference, error: string): ExpertAnswer {
  return { ...identityOf(expert), state: 'Abstained', rationale: '', findings: [], error };
}

function identityOf({ name, provider }: ExpertReference) {
  return { expert: name, provider, kind: 'rules', version: `rules-${RULES_VERSION}`, latency: 0 } as const;
}

interface ShownPlan {
  readonly template?: PodTemplate;
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
}

/** The blocks `plan` and `scale`; the plan passed the API server's dry run before anybody is asked. */
function plannedPods({ evidence }: Question): PlannedPods | undefined {
  const shown = (id: string): Json | undefined => evidence.find((block) => block.id === id)?.content;
  const plan = shown('plan') as ShownPlan | undefined; // border: made by the deployment room, frozen in a ControllerRevision
  const scale = shown('scale') as { readonly replicas?: number } | undefined; // border: made by the consultation room
  const pod = plan?.template?.spec;
  if (pod === undefined) return undefined;
  const { maxSurge, maxUnavailable } = plan ?? {};
  return {
    object: 'the planned pods',
    replicas: scale?.replicas ?? 1,
    pod,
    ...(maxSurge === undefined ? {} : { maxSurge }),
    ...(maxUnavailable === undefined ? {} : { maxUnavailable }),
  };
}
