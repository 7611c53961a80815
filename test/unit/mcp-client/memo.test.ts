import { assert } from 'chai';
import { Memo } from '../../../operator/adapters/mcp-client/memo.ts';

describe('the memo of outcomes', () => {
  it('makes an answer once a key, even for those who ask while it is being made', async () => {
    const memo = new Memo<number>(10);
    let made = 0;
    const make = async (): Promise<number> => (made += 1);
    assert.deepEqual(await Promise.all([memo.get('a', make), memo.get('a', make), memo.get('b', make)]), [1, 1, 2]);
  });

  it('does not remember a failure', async () => {
    const memo = new Memo<number>(10);
    const failed = await memo.get('a', async () => Promise.reject(new Error('down'))).catch(String);
    assert.equal(failed, 'Error: down');
    assert.equal(await memo.get('a', async () => 1), 1);
  });

  it('forgets what was not asked for longest', async () => {
    const memo = new Memo<number>(2);
    let made = 0;
    const make = async (): Promise<number> => (made += 1);
    for (const key of ['a', 'b', 'a', 'c', 'a']) await memo.get(key, make);
    assert.equal(made, 3);
    assert.equal(await memo.get('b', make), 4);
  });
});
