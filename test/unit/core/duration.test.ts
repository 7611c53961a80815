import { assert } from 'chai';
import { parseDuration } from '../../../operator/core/duration.ts';

describe('durations', () => {
  for (const [text, milliseconds] of [
    ['0s', 0],
    ['250ms', 250],
    ['90s', 90_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['1m5ms', 60_005],
    ['30d', 2_592_000_000],
  ] as const) {
    it(`read ${text} as ${milliseconds} ms`, () => assert.equal(parseDuration(text), milliseconds));
  }

  for (const text of ['', '5', 's', '-5s', '1.5h', '5 s', '5S', '5s ', '123456789s']) {
    it(`know that "${text}" is none`, () => assert.isUndefined(parseDuration(text)));
  }
});
