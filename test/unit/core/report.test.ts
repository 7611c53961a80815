import { assert } from 'chai';
import fc from 'fast-check';
import { Bug, Denied, InvalidSpec, NotFound, Upstream } from '../../../operator/api/errors.ts';
import type { CodeObject } from '../../../operator/api/objects.ts';
import { brokenLaws } from '../../../operator/core/conditions.ts';
import { act, type Decision, done, stuck, wait } from '../../../operator/core/decision.ts';
import type { Verdict } from '../../../operator/core/gate-input.ts';
import type { Laws } from '../../../operator/core/laws.ts';
import { mergePatch } from '../../../operator/core/merge-patch.ts';
import { plan } from '../../../operator/core/plan.ts';
import { type ReportedStatus, report } from '../../../operator/core/report.ts';
import type { Trail, Turn } from '../../../operator/core/trail.ts';
import { type Decide, smallObject, smallRoom } from '../../support/small-room.ts';

const laws: Laws = {
  now: Date.UTC(2026, 10, 25, 12),
  epoch: 1,
  settings: { untenanted: 'Serve', podSecurityVersion: 'v1.36' },
};
const later: Laws = { ...laws, now: laws.now + 90_000 };
const note = { type: 'record', record: { kind: 'note' } } as const;
const say =
  (decision: Decision): Decide =>
  () =>
    decision;

const verdict = (over: Partial<Verdict> = {}): Verdict => ({
  decisionId: 'd-1',
  allowed: true,
  outcome: 'allow',
  reasons: [],
  warnings: [],
  bundle: 'b-1',
  step: 'second',
  ...over,
});

const denial = verdict({
  allowed: false,
  outcome: 'deny',
  reasons: [
    { rule: 'pack/rule', message: 'it is privileged', remedy: 'drop it' },
    { rule: 'pack/other', message: 'it is old' },
  ],
});

/** What a pass over a room of three steps tells, when the second decides so. */
function told(second: Decision, turn: Partial<Turn> = {}, object: CodeObject = smallObject()): ReportedStatus {
  const steps = {
    first: say(done('Firsted', 'first is done')),
    second: say(second),
    third: say(done('Thirded', 'all good')),
  };
  const room = smallRoom({ steps });
  const seen = { object, effects: [] };
  const turns: Turn[] =
    second.kind === 'act' ? [{ step: 'second', decision: second, verdict: verdict(), effects: [], ...turn }] : [];
  return report(room, seen, { turns, standing: plan(room.steps, seen, laws) }, laws);
}

const shown = ({ conditions }: ReportedStatus) =>
  conditions.map(({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`);

describe('the plan', () => {
  it('asks the steps in order and stops at the first that is not done', () => {
    const asked: string[] = [];
    const decide =
      (name: string, decision: Decision): Decide =>
      () => {
        asked.push(name);
        return decision;
      };
    const room = smallRoom({
      steps: { a: decide('a', done('A', 'a')), b: decide('b', wait('B', 'b', 7)), c: decide('c', done('C', 'c')) },
    });
    assert.deepEqual(plan(room.steps, { object: smallObject(), effects: [] }, laws), [
      { step: 'a', condition: 'ADone', decision: { kind: 'done', reason: 'A', message: 'a' } },
      { step: 'b', condition: 'BDone', decision: { kind: 'wait', reason: 'B', message: 'b', until: 7 } },
    ]);
    assert.deepEqual(asked, ['a', 'b']);
  });
});

describe('the report of a pass (R32)', () => {
  it('is Ready when every step is done, in the words of the last', () => {
    assert.deepEqual(shown(told(done('Seconded', 'second is done'))), [
      'FirstDone=True Firsted: first is done',
      'Ready=True Thirded: all good',
      'SecondDone=True Seconded: second is done',
      'ThirdDone=True Thirded: all good',
    ]);
  });

  it('is in progress while a step waits, and says that later steps have not been asked', () => {
    assert.deepEqual(shown(told(wait('Waiting', 'for pods'))), [
      'FirstDone=True Firsted: first is done',
      'Ready=Unknown Waiting: for pods',
      'Reconciling=True Waiting: for pods',
      'SecondDone=False Waiting: for pods',
      'ThirdDone=Unknown Pending: an earlier step is not done',
    ]);
  });

  it('is not Ready in progress where the world got worse', () => {
    const [, ready] = shown(told({ ...wait('RollingBack', 'back to 1'), ready: 'False' }));
    assert.equal(ready, 'Ready=False RollingBack: back to 1');
  });

  it('is stalled when a step is stuck', () => {
    assert.deepEqual(shown(told(stuck('Rejected', 'change it'))).slice(1), [
      'Ready=False Rejected: change it',
      'SecondDone=False Rejected: change it',
      'Stalled=True Rejected: change it',
      'ThirdDone=Unknown Pending: an earlier step is not done',
    ]);
  });

  it('is stalled by a denial: which step, which rule, what to do', () => {
    const message = 'policy denied step second: it is privileged [pack/rule]; drop it | it is old [pack/other]';
    const status = told(act('Acting', 'acts', note), { verdict: denial });
    assert.include(shown(status), `Ready=False PolicyDenied: ${message}`);
    assert.include(shown(status), `Stalled=True PolicyDenied: ${message}`);
    assert.deepEqual(status.gate, {
      decisionId: 'd-1',
      step: 'second',
      allowed: false,
      reasons: ['pack/rule: it is privileged', 'pack/other: it is old'],
      bundle: 'b-1',
    });
  });

  it('tells a gate that could not answer from one that denied', () => {
    const failed = verdict({
      allowed: false,
      outcome: 'error',
      reasons: [{ rule: 'code/throw', message: 'it broke' }],
    });
    const status = told(act('Acting', 'acts', note), { verdict: failed });
    assert.include(shown(status), 'Stalled=True PolicyError: policy denied step second: it broke [code/throw]');
  });

  it('is stalled by what can never work, in progress by what can be tried again', () => {
    const ready = (failure: Turn['failure'] & object) => shown(told(act('Acting', 'acts', note), { failure })).slice(1);
    for (const failure of [new InvalidSpec('Invalid', 'no such field'), new Denied('Forbidden', 'not yours')]) {
      const { reason, message } = failure;
      assert.deepEqual(ready(failure).slice(0, 1), [`Ready=False ${reason}: ${message}`]);
      assert.include(ready(failure), `Stalled=True ${reason}: ${message}`);
    }
    for (const failure of [
      new Upstream('ServerError', 'busy'),
      new NotFound('NotFound', 'gone'),
      new Bug('Bug', 'oh'),
    ]) {
      const { reason, message } = failure;
      assert.deepEqual(ready(failure).slice(0, 2), [
        `Ready=Unknown ${reason}: ${message}`,
        `Reconciling=True ${reason}: ${message}`,
      ]);
    }
  });

  it('is Unknown without Reconciling when suspended', () => {
    assert.deepEqual(
      shown(told(wait('Suspended', 'by spec.suspend'))).filter((line) => /^(Ready|Reconciling|Stalled)/.test(line)),
      ['Ready=Unknown Suspended: by spec.suspend'],
    );
  });

  it('keeps the last verdict, and its id, until another is given', () => {
    const first = told(act('Acting', 'acts', note), { verdict: denial });
    const object = smallObject({}, { status: first });
    assert.deepEqual(told(wait('Waiting', 'x'), {}, object).gate, first.gate);
    const again = { ...denial, decisionId: 'd-2' };
    assert.equal(told(act('Acting', 'acts', note), { verdict: again }, object).gate?.decisionId, 'd-1');
    const other = { ...denial, decisionId: 'd-2', bundle: 'b-2' };
    assert.equal(told(act('Acting', 'acts', note), { verdict: other }, object).gate?.decisionId, 'd-2');
  });

  it('reads a stored verdict that has no reasons, as its schema allows', () => {
    const stored = smallObject(
      {},
      { status: { gate: { decisionId: 'd-0', step: 'second', allowed: true, bundle: 'b-1' } } as object },
    );
    assert.equal(told(act('Acting', 'acts', note), {}, stored).gate?.decisionId, 'd-0');
  });

  it('never cuts a character of a reason in two: the API server would store another text than was written', () => {
    const long = { ...denial, reasons: [{ rule: 'p/r', message: `${'x'.repeat(506)}${'😀'.repeat(9)}` }] };
    const [line] = told(act('Acting', 'acts', note), { verdict: long }).gate?.reasons ?? [];
    assert.isTrue(line?.isWellFormed());
    assert.isAtMost(Array.from(line ?? '').length, 512);
  });

  it('is about the teardown while the object goes', () => {
    const room = smallRoom({
      steps: { first: say(stuck('X', 'x')) },
      teardown: { release: say(done('Released', 'gone')) },
    });
    const seen = { object: smallObject({ deletionTimestamp: '2026-11-25T11:00:00Z' }), effects: [] };
    const status = report(room, seen, { turns: [], standing: plan(room.teardown, seen, laws) }, laws);
    assert.deepEqual(shown(status), [
      'Ready=Unknown Deleting: gone',
      'Reconciling=True Deleting: gone',
      'ReleaseDone=True Released: gone',
    ]);
  });

  const word = fc.constantFrom('Alpha', 'Beta', 'Suspended', 'not camel case');
  const text = fc.string({ unit: 'binary', maxLength: 1_500 });
  const decision: fc.Arbitrary<Decision> = fc.oneof(
    fc.tuple(word, text).map(([reason, message]) => done(reason, message)),
    fc.tuple(word, text, fc.boolean()).map(
      ([reason, message, worse]): Decision => ({
        ...wait(reason, message),
        ...(worse ? { ready: 'False' } : {}),
      }),
    ),
    fc.tuple(word, text).map(([reason, message]) => stuck(reason, message)),
    fc.tuple(word, text, fc.boolean()).map(
      ([reason, message, worse]): Decision => ({
        ...act(reason, message, note),
        ...(worse ? { ready: 'False' } : {}),
      }),
    ),
  );
  const failure = fc
    .tuple(fc.constantFrom(InvalidSpec, Denied, Upstream, NotFound, Bug), word, text)
    .map(([Kind, reason, message]) => new Kind(reason, message));
  const pass = fc.record({
    decisions: fc.array(decision, { minLength: 1, maxLength: 6 }),
    verdict: fc.constantFrom(verdict(), denial, { ...denial, outcome: 'error' as const }),
    failure: fc.option(failure, { nil: undefined }),
    deleting: fc.boolean(),
    generation: fc.integer({ min: 1, max: 5 }),
  });

  function reported(
    given: typeof pass extends fc.Arbitrary<infer Pass> ? Pass : never,
    status?: ReportedStatus,
    at = laws,
  ) {
    const decides = Object.fromEntries(given.decisions.map((one, index) => [`step${index}`, say(one)]));
    const room = smallRoom({ steps: decides, teardown: decides });
    const over = {
      generation: given.generation,
      ...(given.deleting ? { deletionTimestamp: '2026-11-25T11:00:00Z' } : {}),
    };
    const seen = { object: smallObject(over, status === undefined ? {} : { status }), effects: [] };
    const standing = plan(room.steps, seen, at);
    const last = standing.at(-1);
    const failed = given.failure === undefined ? {} : { failure: given.failure };
    const turns: Turn[] =
      last?.decision.kind === 'act'
        ? [
            {
              step: last.step,
              decision: last.decision,
              verdict: { ...given.verdict, step: last.step },
              effects: [],
              ...failed,
            },
          ]
        : [];
    const trail: Trail = { turns, standing };
    return report(room, seen, trail, at);
  }

  it('is lawful whatever the pass was, over whatever status stood there before', () => {
    fc.assert(
      fc.property(pass, pass, (one, two) => {
        const before = reported(one);
        const after = reported({ ...two, generation: one.generation }, before, later);
        assert.deepEqual(brokenLaws(before, one.generation), []);
        assert.deepEqual(brokenLaws(after, one.generation), []);
      }),
      { numRuns: 500 },
    );
  });

  it('of the same pass at a later time changes nothing (R33), and text is well formed as it was', () => {
    fc.assert(
      fc.property(pass, (one) => {
        const before = reported(one);
        assert.isUndefined(mergePatch(before, reported(one, before, later)));
      }),
      { numRuns: 500 },
    );
  });
});
