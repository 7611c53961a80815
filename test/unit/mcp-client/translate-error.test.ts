import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError, UnauthorizedError } from '@modelcontextprotocol/client';
import { assert } from 'chai';
import { translateError } from '../../../operator/adapters/mcp-client/translate-error.ts';
import { Upstream } from '../../../operator/api/errors.ts';

describe('what the MCP SDK throws, in our errors', () => {
  const http = (status: number): SdkHttpError =>
    new SdkHttpError(SdkErrorCode.ClientHttpNotImplemented, 'x', { status });
  const ours = new Upstream('ResponseTooLarge', 'too large');
  const issues = [
    { field: '/a', rule: 'type', message: 'must be string' },
    { rule: 'required', message: 'is required' },
    7,
  ];

  const cases: readonly [thrown: unknown, expected: string][] = [
    [new TypeError('fetch failed', { cause: ours }), 'Upstream ResponseTooLarge: too large'],
    [new TypeError('fetch failed'), 'Upstream ToolUnreachable: could not reach the server of s.t'],
    ['a text', 'Upstream ToolUnreachable: could not reach the server of s.t'],
    [new SdkError(SdkErrorCode.RequestTimeout, 'x'), 'Upstream ToolTimeout: s.t did not answer in time'],
    [new UnauthorizedError(), "Denied Unauthenticated: the server of s.t does not accept the caller's token"],
    [http(401), "Denied Unauthenticated: the server of s.t does not accept the caller's token"],
    [http(403), 'Denied Forbidden: the server of s.t refuses this caller'],
    [http(413), 'InvalidSpec TooLarge: the arguments of s.t are larger than its server takes'],
    [http(502), 'Upstream ToolUnreachable: the server of s.t answered 502'],
    [
      new ProtocolError(-32602, 'no', { errors: issues }),
      'InvalidSpec InvalidToolArguments: could not call s.t: /a must be string; the arguments is required; ',
    ],
    [new ProtocolError(-32602, 'unknown tool'), 'InvalidSpec InvalidToolArguments: could not call s.t: unknown tool'],
    [
      new ProtocolError(-32022, 'no'),
      'InvalidSpec Incompatible: could not call s.t: it speaks none of our protocol versions',
    ],
    [new ProtocolError(-32603, 'boom'), 'Upstream ToolFailed: s.t failed: boom'],
  ];
  for (const [thrown, expected] of cases) {
    it(`reads ${thrown instanceof Error ? `${thrown.name} "${thrown.message}"` : 'anything else'} as ${expected.split(':')[0]}`, () => {
      const { name, reason, message } = translateError(thrown, 's.t', new AbortController().signal);
      assert.equal(`${name} ${reason}: ${message}`, expected);
    });
  }

  it('reads whatever comes after a stop as the stop', () => {
    const stopped = new AbortController();
    stopped.abort();
    assert.equal(translateError(new TypeError('x'), 's.t', stopped.signal).reason, 'Aborted');
    const late = new AbortController();
    late.abort(new Upstream('ToolTimeout', 'late'));
    assert.equal(translateError(new TypeError('x'), 's.t', late.signal).reason, 'ToolTimeout');
  });
});
