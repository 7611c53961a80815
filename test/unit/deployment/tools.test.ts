import { assert } from 'chai';
import type { ToolCallStatus } from '../../../operator/api/generated/deployment.ts';
import { absorb } from '../../../operator/controllers/deployment/absorb.ts';
import { remember } from '../../../operator/controllers/deployment/records.ts';
import { finish } from '../../../operator/controllers/deployment/steps/finish.ts';
import { prepare } from '../../../operator/controllers/deployment/steps/prepare.ts';
import { hasUnfinishedCalls, withdraw } from '../../../operator/controllers/deployment/teardown/withdraw.ts';
import { type CallingStep, callKey } from '../../../operator/controllers/deployment/tools/calls-here.ts';
import { exceededCounts } from '../../../operator/controllers/deployment/tools/exceeded-counts.ts';
import { traceOf } from '../../../operator/controllers/deployment/trace-of.ts';
import type { CallTool, Effect } from '../../../operator/core/action.ts';
import { timestamp } from '../../../operator/core/conditions.ts';
import { spanIdOf } from '../../../operator/core/trace.ts';
import { aDeployment, START } from './builders.ts';
import { anObservation, laws, remembering } from './observed-builders.ts';

const call = (name: string) => ({ name, server: 'security', tool: 'scan_manifest', timeout: '10s' });
const planned = (onFailure: 'Stop' | 'Proceed' = 'Stop') =>
  anObservation(
    {},
    aDeployment({
      tools: {
        before: [{ ...call('scan'), onFailure, expect: { maxHigh: 1 } }, call('warm')],
        after: [call('tell')],
        onRollback: [call('undo')],
      },
    }),
  );
const keyOf = (step: CallingStep, name: string) => callKey(planned(), step, name);
const entry = (change: Partial<ToolCallStatus> = {}): ToolCallStatus => ({
  name: 'scan',
  step: 'prepare',
  key: keyOf('prepare', 'scan'),
  attempt: 1,
  epoch: 1,
  startedAt: timestamp(START),
  ...change,
});
const knowing = (...tools: readonly ToolCallStatus[]) => remembering(planned(), { tools });
const first = (decision: ReturnType<typeof prepare.decide>) =>
  decision.kind === 'act' ? decision.actions[0] : assert.fail(`${decision.kind}: ${decision.message}`);

describe('the calls of tools (B15)', () => {
  it('are recorded before they are made, under a key of their content', () => {
    const action = first(prepare.decide(planned(), laws()));
    assert.equal(action.type, 'record');
    if (action.type !== 'record') return;
    const { call: intent } = action.record as unknown as { readonly call: ToolCallStatus };
    assert.match(intent.key, /^[0-9a-f]{64}$/);
    assert.deepEqual(intent, {
      ...entry({ key: intent.key }),
      server: 'security',
      tool: 'scan_manifest',
    });
  });

  it('stay told of once their revision serves, though a crash lost that the step was done', () => {
    const made = [
      entry({ outcome: 'Succeeded' }),
      entry({ name: 'warm', key: keyOf('prepare', 'warm'), outcome: 'Succeeded' }),
    ];
    const serving = planned().delivery.plan.revision;
    const promoted = remembering(planned(), {
      tools: made,
      revisions: { serving },
      steps: [{ name: 'prepare', state: 'Running' }],
    });
    assert.deepEqual(prepare.decide(promoted, laws()), {
      kind: 'done',
      reason: 'Prepared',
      message: 'called scan, warm',
    });
    const found = remembering(planned(), { revisions: { serving } });
    assert.equal(prepare.decide(found, laws()).reason, 'AlreadyServing');
  });

  it('are made once their intent is in status, as the tenant, with a deadline and a place in the trace', () => {
    const trace = traceOf(planned());
    assert.deepEqual(first(prepare.decide(knowing(entry()), laws())), {
      type: 'call-tool',
      name: 'scan',
      server: 'security',
      tool: 'scan_manifest',
      arguments: {},
      key: keyOf('prepare', 'scan'),
      traceparent: `00-${trace}-${spanIdOf(trace, 'call', keyOf('prepare', 'scan'))}-01`,
      timeout: 10_000,
      as: { kind: 'service-account', namespace: 'acme-prod', name: 'code-tenant' },
    });
  });

  it('are looked at again by their deadline, however long a server that is down is backed off from', () => {
    const decision = prepare.decide(knowing(entry()), laws());
    assert.equal(decision.kind === 'act' && decision.until, Date.parse(entry().startedAt) + 600_000);
  });

  it('say when the intent is of a process that is gone', () => {
    assert.deepInclude(first(prepare.decide(knowing(entry()), laws({ epoch: 2 }))), { repeated: true });
  });

  it('are taken up again, as repeated, where no operator ran until their time was over', () => {
    const late = laws({ epoch: 2, now: START + 600_000 });
    const again = first(prepare.decide(knowing(entry()), late));
    assert.deepInclude(again.type === 'record' ? again.record : {}, { kind: 'tool-intent' });
    const [call] = again.type === 'record' ? (remember({}, again.record).tools ?? []) : [];
    assert.deepInclude(call, { key: keyOf('prepare', 'scan'), epoch: 2, attempt: 2 });
    assert.deepInclude(first(prepare.decide(knowing(call ?? entry()), late)), { type: 'call-tool', repeated: true });
  });

  for (const [what, outcome, reason] of [
    ['stop the delivery when they fail', 'Failed', 'ToolFailed'],
    ['ask when nobody knows their outcome', 'Unknown', 'ToolOutcomeUnknown'],
  ] as const) {
    it(what, () => {
      const decision = prepare.decide(knowing(entry({ outcome, message: 'why' })), laws());
      assert.deepInclude(decision, { kind: 'stuck', reason });
    });
  }

  it('go on after a failure where the plan says so, and never after an outcome nobody knows', () => {
    const proceeding = planned('Proceed');
    const key = callKey(proceeding, 'prepare', 'scan');
    const ended = (outcome: 'Failed' | 'Unknown') => remembering(proceeding, { tools: [entry({ key, outcome })] });
    assert.equal(first(prepare.decide(ended('Failed'), laws())).type, 'record');
    assert.equal(prepare.decide(ended('Unknown'), laws()).reason, 'AskingForApproval');
  });

  describe('that have no answer when their time is over', () => {
    const late = laws({ now: START + 600_000 });
    const givenUp = (observed: ReturnType<typeof planned>, at = late) => {
      const action = first(prepare.decide(observed, at));
      return action.type === 'record' ? (remember(observed.memory, action.record).tools ?? [])[0] : assert.fail();
    };
    const telling = (reason: string, message: string, known = entry()) => {
      const ready = {
        type: 'Ready',
        status: 'Unknown',
        reason,
        message,
        lastTransitionTime: timestamp(START),
        observedGeneration: 1,
      } as const;
      const { object, ...rest } = knowing(known);
      return { ...rest, object: { ...object, status: { conditions: [ready] } } };
    };

    it('have failed, and say so in status', () => {
      assert.deepEqual(
        givenUp(knowing(entry())),
        entry({ outcome: 'Failed', message: 'no answer before the deadline' }),
      );
      const ended = knowing(entry({ outcome: 'Failed', message: 'no answer before the deadline' }));
      assert.deepInclude(prepare.decide(ended, late), { kind: 'stuck', reason: 'ToolFailed' });
    });

    it('name the error that the last try ended with', () => {
      const refused = telling('ToolUnreachable', 'could not reach the server of security.scan_manifest');
      assert.equal(
        givenUp(refused)?.message,
        'no answer before the deadline; the last error was: could not reach the server of security.scan_manifest',
      );
      const trying = telling('CallingTool', 'calling tool security.scan_manifest (scan)');
      assert.equal(givenUp(trying)?.message, 'no answer before the deadline');
    });

    it('may have been made, where the process that intended them was gone before it knew', () => {
      const again = knowing(entry({ epoch: 2, attempt: 2, startedAt: timestamp(START) }));
      assert.deepInclude(givenUp(again, laws({ epoch: 2, now: START + 600_000 })), { outcome: 'Unknown' });
    });
  });

  it('are done when all succeeded', () => {
    const both = knowing(
      entry({ outcome: 'Succeeded' }),
      entry({ name: 'warm', key: keyOf('prepare', 'warm'), outcome: 'Succeeded' }),
    );
    assert.deepEqual(prepare.decide(both, laws()), { kind: 'done', reason: 'Prepared', message: 'called scan, warm' });
  });

  it('after the promotion fail open, and say so', () => {
    const { revision } = planned().delivery.plan;
    const told = remembering(planned(), {
      revisions: { serving: revision },
      steps: [{ name: 'promote', state: 'Done' }],
      tools: [entry({ step: 'finish', name: 'tell', key: keyOf('finish', 'tell'), outcome: 'Failed' })],
    });
    const decision = finish.decide(told, laws());
    assert.equal(decision.kind, 'done');
    assert.include(decision.message, 'after it tell did not succeed');
  });

  it('are undone when the object is deleted in the middle', () => {
    const made = knowing(entry({ outcome: 'Succeeded' }));
    assert.isTrue(hasUnfinishedCalls(made));
    assert.equal(first(withdraw.decide(made, laws())).type, 'record');
    assert.equal(withdraw.decide(planned(), laws()).kind, 'done');
  });
});

describe('the outcome of a call', () => {
  const made = (outcome: Extract<Effect, { action: CallTool }>['outcome']) => {
    const action = first(prepare.decide(knowing(entry()), laws()));
    return absorb(knowing(entry()), [{ action, outcome } as Effect]).memory.tools?.[0];
  };

  it('is remembered', () => {
    const content = { counts: { critical: 0, high: 1, medium: 3, low: 9 } };
    const known = made({ state: 'succeeded', message: 'scanned', content });
    assert.deepEqual(known, entry({ outcome: 'Succeeded', message: 'scanned' }));
  });

  it('is a failure where a scan found more than the plan accepts', () => {
    const content = { counts: { critical: 1, high: 3, medium: 0, low: 0 } };
    const known = made({ state: 'succeeded', message: 'scanned', content });
    assert.deepEqual(
      known,
      entry({ outcome: 'Failed', message: 'it found 1 critical (at most 0), 3 high (at most 1)' }),
    );
  });

  for (const content of [null, [], {}, { counts: null }, { counts: { critical: '0' } }]) {
    it(`is a failure where it shows no counts: ${JSON.stringify(content)}`, () => {
      assert.match(exceededCounts(content, {}) ?? '', /states no count of critical findings/);
    });
  }
});
