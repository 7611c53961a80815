import { assert } from 'chai';
import { redactText } from '../../operator/core/redact-text.ts';

describe('redact text', () => {
  it('takes less than a tenth of a second for the worst of texts', () => {
    const worst = [' ', 'a', ':', '://', 'password=', 'eyJaaaaaaaa.eyJ', '-----BEGIN PRIVATE KEY-----', 'bearer '];
    for (const part of worst) {
      const text = part.repeat(Math.ceil(16_384 / part.length));
      const start = performance.now();
      redactText(text);
      assert.isBelow(performance.now() - start, 100, part);
    }
  });

  it('keeps the name of what it hides', () => {
    assert.equal(redactText('password: "hunter2hunter2" token=abcdefgh'), 'password: "[redacted]" token=[redacted]');
  });
});
