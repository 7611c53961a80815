/** The gate as passes ask it: counted, logged and written to the audit trail before anything it allowed may happen. */
import { asCodeError } from '../api/errors.ts';
import type { RoomName } from '../api/names.ts';
import type { GateQuestion, Verdict } from '../core/gate-input.ts';
import type { Audit } from '../ports/audit.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { PolicyEngine } from '../ports/policy.ts';
import { type Answer, askGate } from './gate.ts';

export interface GateDoors {
  readonly policy: PolicyEngine;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

export function auditedGate({ policy, audit, clock, log, metrics }: GateDoors) {
  return async (question: GateQuestion): Promise<Answer> => {
    const now = clock.now();
    const answer = askGate(policy, question, now);
    const settled = await written(answer, question);
    const { verdict } = settled;
    const { kind, step } = question;
    const rule = verdict.reasons[0]?.rule ?? '';
    metrics.count('code_gate_decisions_total', { kind, step, outcome: verdict.outcome });
    if (!verdict.allowed) {
      const { namespace = '', name } = question.object.metadata;
      const why = verdict.reasons.map(({ message }) => message).join('; ');
      log.warn('policy denied a step', { kind, step, namespace, name, rule, why, decisionId: verdict.decisionId });
    }
    return settled;

    /** What cannot be written down may not happen (`code/audit-down`). */
    async function written(given: Answer, { object, subject, actions }: GateQuestion): Promise<Answer> {
      const { uid, resourceVersion, namespace, name } = object.metadata;
      try {
        await audit.append({
          stage: given.verdict.allowed ? 'intent' : 'decision',
          room: question.kind as RoomName, // border: rooms ask by their own name
          step: question.step,
          ...(question.traceId === undefined ? {} : { traceId: question.traceId }),
          object: {
            kind: object.kind,
            name,
            ...(namespace === undefined ? {} : { namespace }),
            ...(uid === undefined ? {} : { uid }),
            ...(resourceVersion === undefined ? {} : { resourceVersion }),
          },
          actor:
            subject.kind === 'operator' ? 'operator' : `system:serviceaccount:${subject.namespace}:${subject.name}`,
          action: actions.map(({ type }) => type).join(','),
          verdict: given.verdict,
          at: new Date(now).toISOString(),
        });
        return given;
      } catch (thrown) {
        const { message } = asCodeError(thrown);
        log.error('the audit trail cannot be written', { error: message, decisionId: given.verdict.decisionId });
        return given.verdict.allowed ? { verdict: auditDown(given.verdict, message) } : given;
      }
    }
  };
}

function auditDown(verdict: Verdict, message: string): Verdict {
  return { ...verdict, allowed: false, outcome: 'error', reasons: [{ rule: 'code/audit-down', message }] };
}
