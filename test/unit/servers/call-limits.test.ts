import { assert } from 'chai';
import { CallLimits } from '../../../operator/servers/pipeline/call-limits.ts';
import { USUAL_LIMITS } from '../../../operator/servers/tool.ts';

describe('call limits', () => {
  const limits = { ...USUAL_LIMITS, perMinute: 2, atOnce: 2 };
  const acme = { tenant: 'acme', user: 'alice', tool: 'security.scan_manifest' };

  const enter = (book: CallLimits, call: typeof acme, now: number): number => {
    const admission = book.admit(call, limits, now);
    if (!admission.admitted) return admission.after;
    admission.release();
    return 0;
  };

  it('let a caller through as often as the tool allows in a minute, then say how long to wait', () => {
    const book = new CallLimits();
    assert.deepEqual(
      [0, 0, 0].map((now) => enter(book, acme, now)),
      [0, 0, 30_000],
    );
    assert.equal(enter(book, acme, 29_000), 1_000);
    assert.equal(enter(book, acme, 30_000), 0);
  });

  it('never give more than a full bucket, however long nobody came', () => {
    const book = new CallLimits();
    enter(book, acme, 0);
    assert.deepEqual(
      [0, 0, 0].map(() => enter(book, acme, 10_000_000)),
      [0, 0, 30_000],
    );
  });

  it('of one caller, tenant or tool leave the others alone', () => {
    const book = new CallLimits();
    for (let calls = 0; calls < 3; calls += 1) enter(book, acme, 0);
    assert.equal(enter(book, { ...acme, user: 'bob' }, 0), 0);
    assert.equal(enter(book, { ...acme, tenant: 'globex' }, 0), 0);
    assert.equal(enter(book, { ...acme, tool: 'kubernetes.get' }, 0), 0);
  });

  it('hold the calls under way in a tenant, and a place that is given back twice is given back once', () => {
    const book = new CallLimits();
    const callers = ['a', 'b', 'c', 'd'].map((user) => ({ ...acme, user }));
    const admissions = callers.map((call) => book.admit(call, limits, 0));
    assert.deepEqual(
      admissions.map(({ admitted }) => admitted),
      [true, true, false, false],
    );
    const [first] = admissions;
    if (first?.admitted) {
      first.release();
      first.release();
    }
    const again = ['e', 'f'].map((user) => book.admit({ ...acme, user }, limits, 0).admitted);
    assert.deepEqual(again, [true, false]);
  });
});
