import { readFileSync } from 'node:fs';
import type { AuditRecord } from '../../../operator/ports/audit.ts';

/** Keys of the tools that an operator called in a namespace, in their order. */
export function toolCalls(auditTrail: string, namespace: string): readonly (string | undefined)[] {
  const lines = readFileSync(auditTrail, 'utf8').trimEnd().split('\n');
  return lines
    .map((line) => JSON.parse(line) as AuditRecord) // border: the operator's own lines
    .filter(({ room, stage, object }) => room === 'tool' && stage === 'intent' && object.namespace === namespace)
    .map(({ key }) => key);
}
