import { assert } from 'chai';
import { storedJson } from '../../../operator/runtime/stored-json.ts';

describe('JSON as the API server stores it', () => {
  it('escapes what Go escapes, and means the same', () => {
    const object = { query: 'rate(errors[5m]) > 0 & up < 1', breaks: '\u2028\u2029' };
    assert.equal(
      storedJson(object),
      String.raw`{"query":"rate(errors[5m]) \u003e 0 \u0026 up \u003c 1","breaks":"\u2028\u2029"}`,
    );
    assert.deepEqual(JSON.parse(storedJson(object)), object);
  });
});
