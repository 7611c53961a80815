import { type Finding, type PlannedPods, type Rule, severities } from './rule.ts';

/** Every finding of a rule set, worst first, then by rule and path: the same pods always give the same list. */
export function judgePods(set: string, rules: readonly Rule[], planned: PlannedPods): readonly Finding[] {
  return rules
    .flatMap((rule) =>
      rule.find(planned).map((sighting) => ({
        rule: `${set}/${rule.name}`,
        severity: rule.severity,
        object: planned.object,
        ...sighting,
      })),
    )
    .sort(
      (left, right) =>
        severities.indexOf(right.severity) - severities.indexOf(left.severity) ||
        (left.rule + left.path < right.rule + right.path ? -1 : 1),
    );
}
