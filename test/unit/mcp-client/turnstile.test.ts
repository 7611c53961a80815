import { assert } from 'chai';
import { Turnstile } from '../../../operator/adapters/mcp-client/turnstile.ts';
import { Upstream } from '../../../operator/api/errors.ts';

describe('the turnstile of a server', () => {
  const never = new AbortController().signal;
  const visitor = (): { readonly work: () => Promise<void>; readonly leave: () => void; inside: boolean } => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const visit = {
      inside: false,
      work: () => {
        visit.inside = true;
        return promise;
      },
      leave: resolve,
    };
    return visit;
  };
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('lets as many in as it has places, the others in the order they came', async () => {
    const turnstile = new Turnstile(1, 2);
    const visitors = [visitor(), visitor(), visitor()];
    const visits = visitors.map(({ work }) => turnstile.pass(work, never));
    const inside: boolean[][] = [];
    for (const { leave } of visitors) {
      await settled();
      inside.push(visitors.map((one) => one.inside));
      leave();
    }
    await Promise.all(visits);
    assert.deepEqual(inside, [
      [true, false, false],
      [true, true, false],
      [true, true, true],
    ]);
  });

  it('turns away at once who finds its queue full', async () => {
    const turnstile = new Turnstile(1, 0);
    const first = visitor();
    const visit = turnstile.pass(first.work, never);
    const error: unknown = await turnstile.pass(visitor().work, never).catch((reason: unknown) => reason);
    assert.instanceOf(error, Upstream);
    assert.equal(error.reason, 'ToolBusy');
    first.leave();
    await visit;
  });

  it('gives a place on when its visitor fails, and forgets who stopped waiting', async () => {
    const turnstile = new Turnstile(1, 2);
    const impatient = new AbortController();
    const failing = Promise.withResolvers<void>();
    const failed = turnstile.pass(() => failing.promise, never).catch(String);
    const gone = turnstile.pass(visitor().work, impatient.signal).catch(String);
    const next = turnstile.pass(async () => 'in', never);
    impatient.abort(new Error('left'));
    failing.reject(new Error('failed'));
    assert.deepEqual(await Promise.all([failed, gone, next]), ['Error: failed', 'Error: left', 'in']);
  });
});
