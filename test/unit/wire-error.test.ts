import { assert } from 'chai';
import { wireError } from '../../operator/adapters/kube/wire-error.ts';
import { Upstream } from '../../operator/api/errors.ts';

const withCode = (code: string): Error => Object.assign(new Error('authorization: Bearer secret'), { code });
const quiet = new AbortController().signal;

describe('a failure of the connection', () => {
  it('tells what was never sent from what may have been done', () => {
    const codes = [
      'UND_ERR_CONNECT_TIMEOUT',
      'ECONNREFUSED',
      'ENOTFOUND',
      'CERT_HAS_EXPIRED',
      'ECONNRESET',
      'UND_ERR_SOCKET',
      'EPIPE',
    ];
    assert.deepEqual(
      codes.map((code) => wireError(withCode(code), quiet).reason),
      [
        'ConnectTimeout',
        'ConnectFailed',
        'ConnectFailed',
        'ConnectFailed',
        'ConnectionLost',
        'ConnectionLost',
        'ConnectionLost',
      ],
    );
  });

  it('repeats the code and nothing else', () => {
    const error = wireError(withCode('ECONNRESET'), quiet);
    assert.equal(error.message, 'the connection to the API server was lost (ECONNRESET)');
    assert.isUndefined(error.cause);
    assert.equal(wireError('what', quiet).message, 'the connection to the API server was lost (unknown cause)');
  });

  it('is the reason of the abort where there was one, and stays itself where it is ours', () => {
    const ours = new Upstream('ReplyTooLarge', 'too large');
    assert.equal(wireError(ours, quiet), ours);
    assert.equal(wireError(withCode('ABORT_ERR'), AbortSignal.abort(ours)), ours);
    assert.equal(wireError(withCode('ABORT_ERR'), AbortSignal.abort()).name, 'Aborted');
  });
});
