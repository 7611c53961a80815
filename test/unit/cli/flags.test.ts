import { assert } from 'chai';
import { commonFlags, parseFlags } from '../../../operator/cli/flags.ts';
import { nearest } from '../../../operator/cli/nearest.ts';
import { UsageError } from '../../../operator/cli/usage-error.ts';

const known = { ...commonFlags, timeout: { value: 'DURATION', help: '' }, 'no-wait': { help: '' } };

function mistake(...words: readonly string[]): string {
  try {
    parseFlags(words, known);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'none';
}

describe('the flags of kubectl code', () => {
  it('stand before, between and behind the words, with = or without', () => {
    const { words, flags } = parseFlags(['-n', 'acme', 'shop', '--timeout=90s', '--no-wait', '-ojson'], known);
    assert.deepEqual(words, ['shop']);
    assert.deepEqual(
      [
        flags.text('namespace'),
        flags.duration('timeout'),
        flags.has('no-wait'),
        flags.text('output'),
        flags.has('help'),
      ],
      ['acme', 90_000, true, 'json', false],
    );
  });

  it('are named with the nearest match when nobody knows them', () => {
    assert.equal(mistake('shop', '--namspace', 'acme'), 'there is no flag --namspace: did you mean --namespace?');
    assert.equal(mistake('--no-wiat'), 'there is no flag --no-wiat: did you mean --no-wait?');
    assert.equal(mistake('--constructor'), 'there is no flag --constructor: see --help');
    assert.equal(mistake('-z'), 'there is no flag -z: see --help');
  });

  it('say what is missing or too much', () => {
    assert.equal(mistake('--context'), '--context needs a value: --context NAME');
    assert.equal(mistake('--context', '--no-wait'), '--context needs a value: --context NAME');
    assert.equal(mistake('--no-wait=yes'), '--no-wait takes no value: leave out =yes');
  });

  it('refuse what is no duration', () => {
    const { flags } = parseFlags(['--timeout', 'soon'], known);
    assert.throws(() => flags.duration('timeout'), UsageError, '--timeout soon is no duration: write 90s, 5m or 1h30m');
  });

  it('take words after -- as they are', () => {
    assert.deepEqual(parseFlags(['--', '--shop'], known).words, ['--shop']);
  });
});

describe('the nearest match', () => {
  const words = ['status', 'watch', 'promote', 'abort', 'retry'];

  it('forgives a letter too many, too few, wrong or swapped', () => {
    assert.deepEqual(
      ['statuss', 'wach', 'premote', 'retyr'].map((word) => nearest(word, words)),
      ['status', 'watch', 'promote', 'retry'],
    );
  });

  it('takes a beginning for the whole', () => {
    assert.equal(nearest('pro', words), 'promote');
  });

  it('guesses nothing where nothing is close', () => {
    assert.isUndefined(nearest('delete', words));
  });
});
