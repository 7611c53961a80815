import { assert } from 'chai';
import fc from 'fast-check';
import { Conflict, Upstream } from '../../operator/api/errors.ts';
import type { PassResult } from '../../operator/runtime/pass-result.ts';
import { Queue } from '../../operator/runtime/queue.ts';
import { type Priority, priorities } from '../../operator/runtime/waiting-line.ts';
import { Workers } from '../../operator/runtime/workers.ts';
import { RecordedLog } from '../support/recorded-log.ts';
import { RecordedMetrics } from '../support/recorded-metrics.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const SEED = Number(process.env['CODE_SEED'] ?? Date.now() % 2 ** 31);
const namespaceOf = (key: string): string => key.split('/')[0] ?? '';

const keys = fc.constantFrom('a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'c/1');
const bands = fc.constantFrom(...Object.values(priorities));

type Command =
  | { readonly do: 'add'; readonly key: string; readonly priority: Priority }
  | { readonly do: 'addAfter'; readonly key: string; readonly delay: number }
  | { readonly do: 'addRateLimited' | 'forget'; readonly key: string }
  | { readonly do: 'take' }
  | { readonly do: 'done'; readonly nth: number };

const commands: fc.Arbitrary<readonly Command[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('add' as const), key: keys, priority: bands }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('addAfter' as const), key: keys, delay: fc.nat(30) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('addRateLimited' as const), key: keys }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), key: keys }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('done' as const), nth: fc.nat(5) }) },
  ),
  { maxLength: 120 },
);

/** What the queue promises, kept in the plainest way: a map of what is wanted, a set of what is processed. */
class Reference {
  readonly wanted = new Map<string, Priority>();
  readonly processing = new Set<string>();
  /** Arrivals in a band, oldest first. */
  arrivals: { key: string; priority: Priority }[] = [];
  passedOver = 0;

  add(key: string, priority: Priority): void {
    const before = this.wanted.get(key);
    if (before !== undefined && before >= priority) return;
    this.wanted.set(key, priority);
    if (!this.processing.has(key)) this.arrive(key, priority);
  }

  arrive(key: string, priority: Priority): void {
    this.arrivals = this.arrivals.filter((arrival) => arrival.key !== key);
    this.arrivals.push({ key, priority });
  }

  take({ key, priority }: { key: string; priority: Priority }): void {
    assert.isFalse(this.processing.has(key), `${key} was given out twice`);
    assert.equal(this.wanted.get(key), priority, `${key} has another priority`);
    const group = this.arrivals.filter(
      (each) => each.priority === priority && namespaceOf(each.key) === namespaceOf(key),
    );
    assert.equal(group[0]?.key, key, 'the first of its group and band');
    const top = Math.max(...this.arrivals.map((each) => each.priority));
    const hasLower = this.arrivals.some((each) => each.priority < top);
    this.passedOver = priority === top && hasLower ? this.passedOver + 1 : 0;
    assert.isAtMost(this.passedOver, 7, 'a lower band starves');
    this.arrivals = this.arrivals.filter((arrival) => arrival.key !== key);
    this.wanted.delete(key);
    this.processing.add(key);
  }

  done(key: string): void {
    this.processing.delete(key);
    const priority = this.wanted.get(key);
    if (priority !== undefined) this.arrive(key, priority);
  }
}

describe(`queue properties (CODE_SEED=${SEED})`, () => {
  it('R1, R2, R3, R6, R8: agrees with a reference whatever is done in whatever order, and loses no key', () => {
    fc.assert(
      fc.property(commands, (list) => {
        const clock = new VirtualClock();
        const queue = new Queue({ name: 'q', clock, metrics: new RecordedMetrics(), groupOf: namespaceOf });
        const reference = new Reference();
        for (const command of list) {
          switch (command.do) {
            case 'add':
              queue.add(command.key, command.priority);
              reference.add(command.key, command.priority);
              break;
            case 'addAfter':
              queue.addAfter(command.key, command.delay);
              if (command.delay === 0) reference.add(command.key, priorities.retry);
              break;
            case 'addRateLimited':
              queue.addRateLimited(command.key);
              break;
            case 'forget':
              queue.forget(command.key);
              break;
            case 'take': {
              const taken = queue.take();
              if (taken === undefined) assert.deepEqual(reference.arrivals, [], 'a key that waits is not given out');
              else reference.take(taken);
              break;
            }
            case 'done': {
              const key = [...reference.processing][command.nth];
              if (key === undefined) break;
              queue.done(key);
              reference.done(key);
              break;
            }
          }
          assert.equal(queue.size, new Set([...reference.wanted.keys(), ...reference.processing]).size);
        }
        for (const key of [...reference.processing]) {
          queue.done(key);
          reference.done(key);
        }
        for (let taken = queue.take(); taken !== undefined; taken = queue.take()) reference.take(taken);
        assert.deepEqual([...reference.wanted], [], 'no key is lost');
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('R7: a group that waits is served before another group of its band is served twice (B16)', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(keys, fc.boolean()), { maxLength: 100 }), (list) => {
        const metrics = new RecordedMetrics();
        const queue = new Queue({ name: 'q', clock: new VirtualClock(), metrics, groupOf: namespaceOf });
        const waiting = new Set<string>();
        /** By group: the groups that were served since it began to wait. */
        const overtaken = new Map<string, string[]>();
        for (const [key, take] of list) {
          queue.add(key);
          waiting.add(key);
          if (!overtaken.has(namespaceOf(key))) overtaken.set(namespaceOf(key), []);
          if (!take) continue;
          const taken = queue.take();
          assert.isDefined(taken);
          if (taken === undefined) continue;
          queue.done(taken.key);
          waiting.delete(taken.key);
          const group = namespaceOf(taken.key);
          overtaken.delete(group);
          for (const others of overtaken.values()) others.push(group);
          if ([...waiting].some((each) => namespaceOf(each) === group)) overtaken.set(group, []);
          for (const [name, others] of overtaken) {
            assert.equal(others.length, new Set(others).size, `${name} waited while another was served twice`);
          }
        }
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('R2, R3: workers see the last change of every key, each by one worker at a time', async () => {
    const change = fc.record({ key: keys, at: fc.nat(2_000) });
    const outcomes = fc.constantFrom('done', 'again', 'wait', 'conflict', 'upstream', 'throw', 'lend');
    const pass = fc.record({ takes: fc.nat(40), outcome: outcomes });
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 40 }),
        fc.array(pass, { minLength: 1, maxLength: 30 }),
        async (changes, script) => {
          const clock = new VirtualClock();
          const metrics = new RecordedMetrics();
          const queue = new Queue({ name: 'q', clock, metrics, groupOf: namespaceOf });
          const running = new Set<string>();
          const lastStart = new Map<string, number>();
          const lastChange = new Map<string, number>();
          const violations: string[] = [];
          let passes = 0;
          let busy = 0;
          const workers = new Workers({
            name: 'q',
            queue,
            clock,
            metrics,
            workers: 2,
            random: () => 0.5,
            log: new RecordedLog(),
            keys: () => [],
            pass: async (key, _signal, lend): Promise<PassResult> => {
              if (running.has(key)) violations.push(`${key} is processed twice at once`);
              running.add(key);
              lastStart.set(key, clock.monotonic());
              if (++busy > 2) violations.push('more passes than workers');
              const { takes, outcome } = script[passes++ % script.length] ?? { takes: 0, outcome: 'done' };
              if (outcome === 'lend') {
                await lend(async () => {
                  busy--;
                  await clock.sleep(takes);
                });
                if (++busy > 2) violations.push('more passes than workers after a slow effect');
              } else if (takes > 0) await clock.sleep(takes);
              busy--;
              running.delete(key);
              if (passes > 300) return { kind: 'done' };
              if (outcome === 'throw') throw new Error('a fault');
              if (outcome === 'conflict') return { kind: 'failed', error: new Conflict('Changed', 'changed') };
              if (outcome === 'upstream') return { kind: 'failed', error: new Upstream('Down', 'down') };
              if (outcome === 'wait') return { kind: 'wait', until: clock.now() + takes };
              return outcome === 'again' ? { kind: 'again' } : { kind: 'done' };
            },
          });
          workers.start();
          for (const { key, at } of changes) {
            clock.after(at, () => {
              lastChange.set(key, clock.monotonic());
              queue.add(key);
            });
          }
          await clock.advance(3_000);
          assert.deepEqual(violations, []);
          for (const [key, at] of lastChange)
            assert.isAtLeast(lastStart.get(key) ?? -1, at, `a change of ${key} is lost`);
        },
      ),
      { seed: SEED, numRuns: 60 },
    );
  });
});
