import { assert } from 'chai';
import { readResult } from '../../../operator/adapters/mcp-client/read-result.ts';
import { USUAL_MCP_LIMITS } from '../../../operator/adapters/mcp-client/settings.ts';

describe('the result of a tool', () => {
  const fine = (): undefined => undefined;
  const read = (result: object, breaks: (content: unknown) => string | undefined = fine) =>
    readResult({ content: [], ...result }, 's.t', breaks, USUAL_MCP_LIMITS);
  const nested = (depth: number): object => (depth === 0 ? {} : { in: nested(depth - 1) });

  it('is its structured content, or all its text', () => {
    assert.deepEqual(read({ structuredContent: { a: 1 } }), {
      state: 'succeeded',
      message: 's.t succeeded',
      content: { a: 1 },
    });
    const content = [
      { type: 'text', text: 'one' },
      { type: 'image', data: '', mimeType: 'image/png' },
      { type: 'text', text: 'two' },
    ];
    assert.deepEqual(read({ content }), { state: 'succeeded', message: 'one\ntwo', content: { text: 'one\ntwo' } });
  });

  const refused: readonly [why: string, structuredContent: object, message: string][] = [
    ['too many bytes', { text: 'x'.repeat(262_144) }, 'it has 262155 bytes, 262144 are allowed'],
    [
      'a list that is too long',
      { list: Array.from({ length: 1_001 }, () => 1) },
      'a list in it has more than 1000 items',
    ],
    ['too many levels', nested(32), 'it is nested deeper than 32'],
  ];
  for (const [why, structuredContent, message] of refused) {
    it(`is refused for ${why}, and nothing of it is kept`, () => {
      assert.deepEqual(read({ structuredContent }), {
        state: 'failed',
        message: `the result of s.t was refused: ${message}`,
        content: {},
      });
    });
  }

  it('is taken at exactly the limits', () => {
    for (const structuredContent of [nested(31), { list: Array.from({ length: 1_000 }, () => 1) }]) {
      assert.equal(read({ structuredContent }).state, 'succeeded');
    }
  });

  it('that is an error is not measured by the output schema', () => {
    const error = { isError: true, structuredContent: { error: { type: 'Conflict', message: 'changed' } } };
    const outcome = read(error, () => 'it breaks it');
    assert.deepEqual([outcome.state, outcome.message], ['failed', 'changed']);
  });

  it('tells at most 1024 characters', () => {
    assert.lengthOf(read({ content: [{ type: 'text', text: 'x'.repeat(5_000) }] }).message, 1_024);
  });
});
