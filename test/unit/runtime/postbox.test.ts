import { assert } from 'chai';
import { Aborted } from '../../../operator/api/errors.ts';
import { type NotifySink, OPERATOR } from '../../../operator/core/action.ts';
import type { Notice, NoticeOutcome, Notifier } from '../../../operator/ports/notifier.ts';
import { Postbox } from '../../../operator/runtime/postbox.ts';
import { RecordedLog } from '../../support/recorded-log.ts';
import { RecordedMetrics } from '../../support/recorded-metrics.ts';

const letter = (sink: string, id: string, attempt = 0): NotifySink => {
  const place = { namespace: 'acme-prod', name: 'shop', uid: 'u-1', delivery: 'd', revision: 'r', step: 'finish' };
  const notice: Notice = { id, type: 'completed', at: '2026-01-01T00:00:00Z', message: '', ...place };
  return { type: 'notify', sink, attempt, notice, as: OPERATOR };
};

/** Sinks that answer when a test says so. */
class Slow implements Notifier {
  readonly sent: string[] = [];
  readonly #open = new Map<string, PromiseWithResolvers<NoticeOutcome>>();

  send(sink: string, { id }: Notice, signal: AbortSignal): Promise<NoticeOutcome> {
    const answer = Promise.withResolvers<NoticeOutcome>();
    this.sent.push(`${sink}/${id}`);
    this.#open.set(`${sink}/${id}`, answer);
    signal.addEventListener('abort', () => answer.reject(new Aborted('Aborted', 'stopped')));
    return answer.promise;
  }

  async answer(name: string, outcome: NoticeOutcome = { state: 'sent' }): Promise<void> {
    this.#open.get(name)?.resolve(outcome);
    await turn();
  }
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('a postbox', () => {
  let notifier: Slow;
  let postbox: Postbox;
  let metrics: RecordedMetrics;
  let log: RecordedLog;
  let stopping: AbortController;
  let woken: string[];

  beforeEach(() => {
    notifier = new Slow();
    metrics = new RecordedMetrics();
    log = new RecordedLog();
    stopping = new AbortController();
    woken = [];
    postbox = new Postbox({ notifier, metrics, log, signal: stopping.signal });
    postbox.wakes((key) => woken.push(key));
  });

  it('sends a letter once, wakes its object, and then says what became of it as often as it is asked', async () => {
    assert.deepEqual(postbox.hand(letter('bot', '1')), { state: 'sending' });
    assert.deepEqual(postbox.hand(letter('bot', '1')), { state: 'sending' });
    await notifier.answer('bot/1');
    assert.deepEqual(woken, ['acme-prod/shop']);
    assert.deepEqual(
      [postbox.hand(letter('bot', '1')), postbox.hand(letter('bot', '1'))],
      [{ state: 'sent' }, { state: 'sent' }],
    );
    assert.deepEqual(notifier.sent, ['bot/1']);
  });

  it('sends it again for another attempt', async () => {
    postbox.hand(letter('bot', '1'));
    await notifier.answer('bot/1', { state: 'failed', message: 'bot answered 500' });
    assert.deepEqual(postbox.hand(letter('bot', '1')), { state: 'failed', message: 'bot answered 500' });
    assert.deepEqual(postbox.hand(letter('bot', '1', 1)), { state: 'sending' });
    assert.deepEqual(notifier.sent, ['bot/1', 'bot/1']);
  });

  it('has no more than eight on their way to a sink, and lets no sink wait for another', async () => {
    for (let id = 1; id <= 9; id += 1) postbox.hand(letter('slow', `${id}`));
    postbox.hand(letter('bot', '1'));
    assert.deepEqual(notifier.sent, [...'12345678'].map((id) => `slow/${id}`).concat('bot/1'));
    await notifier.answer('slow/3');
    assert.equal(notifier.sent.at(-1), 'slow/9');
  });

  it('takes no letter that would wait behind a thousand', async () => {
    for (let id = 1; id <= 1_009; id += 1) postbox.hand(letter('slow', `${id}`));
    for (let id = 1; id <= 1_009; id += 1) await notifier.answer(`slow/${id}`);
    assert.lengthOf(notifier.sent, 1_008);
    assert.deepEqual(postbox.hand(letter('slow', '1009')), { state: 'sending' });
    assert.equal(notifier.sent.at(-1), 'slow/1009');
  });

  it('counts what became of letters', async () => {
    postbox.hand(letter('bot', '1'));
    await notifier.answer('bot/1', { state: 'refused', message: 'bot answered 410' });
    assert.deepEqual([...metrics.counts], [['code_notices_total{sink=bot,type=completed,result=refused}', 1]]);
  });

  it('is silent of letters that a stop ends: the next process sends them', async () => {
    postbox.hand(letter('bot', '1'));
    stopping.abort();
    await turn();
    assert.isEmpty([...log.entries, ...woken]);
  });
});
