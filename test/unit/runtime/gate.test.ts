import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import { Upstream } from '../../../operator/api/errors.ts';
import { type Action, OPERATOR } from '../../../operator/core/action.ts';
import type { GateQuestion } from '../../../operator/core/gate-input.ts';
import type { Audit, AuditRecord } from '../../../operator/ports/audit.ts';
import type { PolicyAnswer, PolicyEngine, PolicyQuestion } from '../../../operator/ports/policy.ts';
import { auditedGate } from '../../../operator/runtime/audited-gate.ts';
import { askGate, Permit } from '../../../operator/runtime/gate.ts';
import { value } from '../../support/reconcile-rig.ts';
import { RecordedLog } from '../../support/recorded-log.ts';
import { RecordedMetrics } from '../../support/recorded-metrics.ts';
import { smallObject } from '../../support/small-room.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';
import { projectRoot } from '../../verbs/project.ts';

const actions: readonly Action[] = [{ type: 'record', record: { kind: 'note' } }];
const question = (over: Partial<GateQuestion> = {}): GateQuestion => ({
  kind: 'tenant',
  step: 'claim-namespaces',
  safety: false,
  teardown: false,
  subject: OPERATOR,
  object: smallObject(),
  actions,
  facts: {},
  ...over,
});
const ALLOW = value({ allow: true, deny: [], warn: [] });
const DENY = value({ allow: false, deny: [{ rule: 'pack/rule', message: 'not so' }], warn: [] });

const engine = (answer: PolicyAnswer, asked: PolicyQuestion[] = []): PolicyEngine => ({
  bundle: 'b-1',
  decide: (given) => {
    asked.push(given);
    return answer;
  },
});

describe('the gate', () => {
  it('asks the policy of the step with the whole question, and permits exactly what it was asked', () => {
    const asked: PolicyQuestion[] = [];
    const { verdict, permit } = askGate(engine(ALLOW, asked), question(), 1_000);
    assert.deepEqual(
      asked.map(({ entryPoint, now }) => ({ entryPoint, now })),
      [{ entryPoint: 'code/tenant/claim_namespaces/decision', now: 1_000 }],
    );
    assert.nestedInclude(asked[0]?.input, { 'resource.name': 'acme', 'actions[0].type': 'record' });
    assert.deepInclude(verdict, { allowed: true, outcome: 'allow', bundle: 'b-1', step: 'claim-namespaces' });
    assert.equal(permit?.actions, actions);
    assert.equal(permit?.verdict, verdict);
  });

  it('gives no permit without an allow', () => {
    for (const answer of [DENY, value(undefined), { ok: false, failure: 'no-bundle', message: 'x' } as const]) {
      const { verdict, permit } = askGate(engine(answer), question(), 0);
      assert.isFalse(verdict.allowed);
      assert.isUndefined(permit);
      assert.isUndefined(Permit.for(verdict, actions));
    }
  });

  it('gives a decision the same id at any time, and another for another bundle, step or question', () => {
    const id = (over: Partial<GateQuestion> = {}, now = 0, bundle = 'b-1') =>
      askGate({ ...engine(ALLOW), bundle }, question(over), now).verdict.decisionId;
    assert.equal(id({}, 86_400_000), id());
    assert.match(id(), /^[0-9a-f]{20}$/);
    const others = [
      id({}, 0, 'b-2'),
      id({ step: 'guard' }),
      id({ actions: [...actions, ...actions] }),
      id({ teardown: true }),
    ];
    assert.lengthOf([...new Set([id(), ...others])], 5);
  });

  it('is the only place that makes permits: no file but runtime/gate.ts calls for one', () => {
    const root = join(projectRoot, 'operator');
    const makers = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => /\bPermit\s*\.\s*for\b|new Permit\b/.test(readFileSync(join(root, file), 'utf8')));
    assert.deepEqual(makers, ['runtime/gate.ts']);
  });
});

describe('the audited gate', () => {
  class Rig {
    readonly log = new RecordedLog();
    readonly metrics = new RecordedMetrics();
    readonly records: AuditRecord[] = [];
    readonly clock = new VirtualClock(Date.UTC(2026, 10, 25, 12));

    ask(answer: PolicyAnswer, audit?: Audit, over: Partial<GateQuestion> = {}) {
      const kept: Audit = { append: async (record) => void this.records.push(record) };
      return auditedGate({ ...this, policy: engine(answer), audit: audit ?? kept })(question(over));
    }
  }

  it('writes down what it allows as an intent before it gives the permit', async () => {
    const rig = new Rig();
    const { verdict, permit } = await rig.ask(ALLOW);
    assert.isDefined(permit);
    assert.deepEqual(rig.records, [
      {
        stage: 'intent',
        room: 'tenant',
        step: 'claim-namespaces',
        object: { kind: 'Tenant', name: 'acme', uid: 'u-acme', resourceVersion: '7' },
        actor: 'operator',
        action: 'record',
        verdict,
        at: '2026-11-25T12:00:00.000Z',
      },
    ]);
    assert.deepEqual(
      [...rig.metrics.counts],
      [['code_gate_decisions_total{kind=tenant,step=claim-namespaces,outcome=allow}', 1]],
    );
    assert.deepEqual(rig.log.entries, []);
  });

  it('waits for the record: there is no permit while it is being written', async () => {
    const written = Promise.withResolvers<void>();
    let settled = false;
    const asking = new Rig().ask(ALLOW, { append: () => written.promise }).then((answer) => {
      settled = true;
      return answer;
    });
    await Promise.resolve();
    assert.isFalse(settled);
    written.resolve();
    assert.isDefined((await asking).permit);
  });

  it('writes down and logs what it denies, by rule, words and decision', async () => {
    const rig = new Rig();
    const { verdict, permit } = await rig.ask(DENY, undefined, {
      subject: { kind: 'service-account', namespace: 'acme', name: 'code-tenant' },
      object: smallObject({ namespace: 'acme' }),
    });
    assert.isUndefined(permit);
    assert.deepInclude(rig.records[0], { stage: 'decision', actor: 'system:serviceaccount:acme:code-tenant' });
    assert.deepEqual(rig.log.entries, [
      {
        level: 'warn',
        message: 'policy denied a step',
        fields: {
          kind: 'tenant',
          step: 'claim-namespaces',
          namespace: 'acme',
          name: 'acme',
          rule: 'pack/rule',
          why: 'not so',
          decisionId: verdict.decisionId,
        },
      },
    ]);
  });

  it('denies what cannot be written down: code/audit-down', async () => {
    const rig = new Rig();
    const down = { append: () => Promise.reject(new Upstream('AuditDown', 'the disk is full')) };
    const { verdict, permit } = await rig.ask(ALLOW, down);
    assert.isUndefined(permit);
    assert.deepInclude(verdict, {
      allowed: false,
      outcome: 'error',
      reasons: [{ rule: 'code/audit-down', message: 'the disk is full' }],
    });
    assert.deepEqual(
      [...rig.metrics.counts],
      [['code_gate_decisions_total{kind=tenant,step=claim-namespaces,outcome=error}', 1]],
    );
  });

  it('keeps the reasons of a denial that cannot be written down: it is a denial all the same', async () => {
    const down = { append: () => Promise.reject(new Upstream('AuditDown', 'the disk is full')) };
    const rig = new Rig();
    const { verdict } = await rig.ask(DENY, down);
    assert.deepEqual(
      rig.log.entries.map(({ level, message }) => `${level} ${message}`),
      ['error the audit trail cannot be written', 'warn policy denied a step'],
    );
    assert.deepInclude(verdict, {
      outcome: 'deny',
      reasons: [{ rule: 'pack/rule', message: 'not so' }],
    });
  });
});
