import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import dotI from '@dot-i/k8s-operator';
import { assert } from 'chai';
import { Bug, InvalidSpec } from '../../operator/api/errors.ts';
import { CodeOperator } from '../../operator/runtime/dot-i.ts';
import { RecordedLog } from '../support/recorded-log.ts';

const root = join(import.meta.dirname, '..', '..');
const base: object = dotI.default.prototype;
const baseMethods = Object.getOwnPropertyNames(base);
/** `start` only calls `init`; the last two are private and reached by overridden methods alone. */
const KEPT = ['constructor', 'start', 'resourceStatusRequest', 'errorToJson'];

const forbidden = (): never => {
  throw new Error('this way out must never be taken');
};

/** Runs work while every method of the base class but `start`, and `process.exit`, throws. */
async function withoutBase(work: () => Promise<void>): Promise<void> {
  const methods = baseMethods.filter((name) => name !== 'constructor' && name !== 'start');
  const originals = methods.map((name) => [name, Object.getOwnPropertyDescriptor(base, name)] as const);
  const exit = process.exit;
  for (const name of methods) Object.defineProperty(base, name, { value: forbidden, configurable: true });
  process.exit = forbidden;
  try {
    await work();
  } finally {
    process.exit = exit;
    for (const [name, original] of originals) if (original) Object.defineProperty(base, name, original);
  }
}

const idle = { start: async () => {}, stop: async () => {} };

describe('@dot-i/k8s-operator', () => {
  it('has every method overridden, also one that an upgrade adds', () => {
    const own = Object.getOwnPropertyNames(CodeOperator.prototype);
    assert.deepEqual(
      baseMethods.filter((name) => !KEPT.includes(name) && !own.includes(name)),
      [],
    );
    assert.includeMembers(baseMethods, KEPT);
  });

  it('starts and stops our engine and nothing of its own', async () => {
    const trace: string[] = [];
    await withoutBase(async () => {
      const operator = CodeOperator.over(
        {
          start: async () => void trace.push('started'),
          stop: async () => void trace.push('stopped'),
        },
        new RecordedLog(),
      );
      await operator.start();
      operator.stop();
      operator.stop();
      await operator.stopped;
    });
    assert.deepEqual(trace, ['started', 'stopped']);
  });

  it('tells what hinders the start', async () => {
    const hindrance = new Error('nobody answers');
    const operator = CodeOperator.over({ ...idle, start: () => Promise.reject(hindrance) }, new RecordedLog());
    assert.strictEqual(await operator.start().catch((thrown: unknown) => thrown), hindrance);
  });

  it('says what to use instead of each method it has lost', async () => {
    const operator = CodeOperator.over(idle, new RecordedLog());
    const lost = baseMethods.filter((name) => !KEPT.includes(name) && name !== 'stop');
    assert.equal(lost.length, 9);
    for (const name of lost) {
      const method: unknown = Reflect.get(operator, name); // protected: reached here only to be refused
      assert.isFunction(method);
      const failure = await Promise.resolve()
        .then(() => (method as () => unknown).call(operator))
        .catch((thrown: unknown) => thrown);
      assert.instanceOf(failure, Bug);
      assert.match(String(failure), new RegExp(`${name} of @dot-i/k8s-operator is not used here; use `));
    }
  });

  it('names the kubeconfig that it could not read', () => {
    const before = process.env['KUBECONFIG'];
    process.env['KUBECONFIG'] = join(root, 'tsconfig.json', 'no-such-file');
    try {
      assert.throws(() => CodeOperator.over(idle, new RecordedLog()), InvalidSpec, /mend or unset KUBECONFIG/);
    } finally {
      if (before === undefined) delete process.env['KUBECONFIG'];
      else process.env['KUBECONFIG'] = before;
    }
  });

  it('is imported by one file, and brings one @kubernetes/client-node', () => {
    const files = readdirSync(join(root, 'operator'), { recursive: true, encoding: 'utf8' });
    const importers = files.filter(
      (file) => file.endsWith('.ts') && /from '@dot-i/.test(readFileSync(join(root, 'operator', file), 'utf8')),
    );
    assert.deepEqual(importers, [join('runtime', 'dot-i.ts')]);
    const lock: { packages: object } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
    const copies = Object.keys(lock.packages).filter((path) => path.endsWith('@kubernetes/client-node'));
    assert.deepEqual(copies, ['node_modules/@kubernetes/client-node']);
  });
});
