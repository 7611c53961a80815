import { assert } from 'chai';
import { timeline } from '../../../operator/core/timeline.ts';

const NOW = Date.parse('2026-03-02T14:00:05Z');
const said = (step: string, message: string) => [{ step, message }];

describe('the timeline', () => {
  it('tells what happened, when and in which step', () => {
    assert.deepEqual(timeline([], said('review', 'approved'), NOW), ['14:00:05 review: approved']);
  });

  it('tells a sentence that repeats the last one of its step once, whatever other steps said between', () => {
    const before = ['14:00:01 review: approved', '14:00:02 roll-out: rolling out'];
    assert.deepEqual(timeline(before, said('review', 'approved'), NOW), before);
  });

  it('tells it again in a new chapter', () => {
    const before = ['14:00:01 validate: plan 1', '14:00:02 review: approved', '14:00:03 validate: plan 2'];
    const opens = (text: string) => text.startsWith('validate: plan');
    assert.deepEqual(timeline(before, said('review', 'approved'), NOW, opens), [
      ...before,
      '14:00:05 review: approved',
    ]);
  });

  it('keeps the 24 newest lines, each of at most 256 characters', () => {
    const before = Array.from({ length: 24 }, (_, index) => `14:00:00 step-${index}: done`);
    const after = timeline(before, said('finish', 'x'.repeat(400)), NOW);
    assert.equal(after.length, 24);
    assert.equal(after[0], before[1]);
    assert.equal(after.at(-1)?.length, 256);
  });
});
