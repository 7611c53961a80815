import { cost } from './cost.ts';
import { performance } from './performance.ts';
import { reliability } from './reliability.ts';
import { security } from './security.ts';

/** The rule sets, by the reviewer that reads them. */
export const ruleSets = { security, reliability, cost, performance } as const;

export type RuleSet = keyof typeof ruleSets;

/** Raised whenever a rule is added or changes what it finds: recorded with every answer. */
export const RULES_VERSION = '1';

export { judgePods } from './judge-pods.ts';
export type { Finding, PlannedPods, Severity } from './rule.ts';
