import { assert } from 'chai';
import { Aborted, Bug, Conflict, Denied, InvalidSpec, NotFound, Upstream } from '../../../operator/api/errors.ts';
import { type ToolErrorType, toolErrorOf } from '../../../operator/servers/tool-error.ts';

describe('what a tool throws, as its caller hears it', () => {
  const cases: readonly [thrown: unknown, type: ToolErrorType, message: string, retryable: boolean][] = [
    [new NotFound('X', 'gone'), 'NotFound', 'gone', false],
    [new Denied('X', 'no'), 'Forbidden', 'no', false],
    [new Conflict('X', 'changed'), 'Conflict', 'changed', true],
    [new InvalidSpec('X', 'never'), 'Unsupported', 'never', false],
    [new Aborted('X', 'slow'), 'Timeout', 'slow', true],
    [new Upstream('X', 'down'), 'Upstream', 'down', true],
    [new Bug('X', 'the inside'), 'Bug', 'the tool failed', false],
    [new RangeError('the inside'), 'Bug', 'the tool failed', false],
    ['the inside', 'Bug', 'the tool failed', false],
  ];
  for (const [thrown, type, message, retryable] of cases) {
    it(`is ${type} for ${thrown instanceof Error ? thrown.constructor.name : 'anything that is no error'}`, () => {
      const { remedy, ...told } = toolErrorOf(thrown);
      assert.deepEqual(told, { type, message, retryable });
      assert.isNotEmpty(remedy);
    });
  }

  it('names the time to come back where the world named one', () => {
    assert.propertyVal(toolErrorOf(new Upstream('X', 'busy', { afterMilliseconds: 7 })), 'after', 7);
  });
});
