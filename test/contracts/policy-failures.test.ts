/** Every class of failure that the engine itself can meet; `stale-data` and `audit-down` are the gate's. */
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { openPolicyEngine } from '../../operator/adapters/policy/open-policy-engine.ts';
import { threadTime } from '../../operator/adapters/policy/thread-time.ts';
import type { Json } from '../../operator/core/json.ts';
import type { PolicyEngine } from '../../operator/ports/policy.ts';
import { buildPolicyBundle } from '../verbs/build-policy.ts';
import { projectRoot } from '../verbs/project.ts';

type Input = { readonly [key: string]: Json };

/** A module that wants 1,000 pages from its host: `(import "env" "memory" (memory 1000))`. */
const HUNGRY_MODULE = Buffer.from(`\0asm\x01\0\0\0\x02\x10\x01\x03env\x06memory\x02\0\xe8\x07`, 'latin1');
/** An instance that is kept after an abort stops answering after 512 of them. */
const ABORTS = 600;

describe('the policy engine, when it cannot answer', function () {
  this.timeout(60_000);
  let directory: string;
  let wasm: string;
  let engine: PolicyEngine;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'code-policy-'));
    const failing = join(projectRoot, 'test', 'fixtures', 'policy', 'failing');
    wasm = (await buildPolicyBundle(failing, join(directory, 'bundle'))).wasm;
  });
  after(() => rm(directory, { recursive: true, force: true }));
  beforeEach(async () => {
    engine = await openPolicyEngine(wasm, threadTime);
  });

  const ask = (step: string, input: Input, asked = engine) => {
    const answer = asked.decide({ entryPoint: `code/room/${step}/decision`, input, now: 0 });
    return answer.ok ? answer.value : answer.failure;
  };
  const right = (asked = engine) => {
    assert.deepEqual(ask('fine', { allow: true }, asked), { allow: true, deny: [], warn: [] });
    assert.deepEqual(ask('fine', { allow: false }, asked), { allow: false, deny: [], warn: [] });
  };

  it('says undefined where the policy decides nothing', () => {
    assert.equal(ask('silent', {}), 'undefined');
    right();
  });

  it('says bad-result where the answer has not the shape of a decision', () => {
    const reason = { rule: 'a/b', message: 'c' };
    const answers: readonly Json[] = [
      true,
      'allow',
      null,
      [],
      {},
      { allow: true },
      { allow: 'true', deny: [], warn: [] },
      { allow: true, deny: {}, warn: [] },
      { allow: true, deny: ['no'], warn: [] },
      { allow: true, deny: [{ rule: 'a/b' }], warn: [] },
      { allow: true, deny: [], warn: [{ message: 'c' }] },
      { allow: true, deny: [{ ...reason, until: 7 }], warn: [] },
      { allow: true, deny: [], warn: [], extra: 1 },
    ];
    for (const answer of answers) assert.equal(ask('shapeless', { answer }), 'bad-result', JSON.stringify(answer));
    const whole = { allow: false, deny: [{ ...reason, remedy: 'd', until: '2026-03-02T14:05:00Z' }], warn: [reason] };
    assert.deepEqual(ask('shapeless', { answer: whole }), whole);
  });

  it(`says throw where the evaluation aborts, and answers right after ${ABORTS} of them`, () => {
    for (let left = ABORTS; left > 0; left -= 1) assert.equal(ask('torn', { one: true, two: true }), 'throw');
    right();
  });

  it('says memory where the cap is reached, and answers right after it', () => {
    assert.equal(ask('greedy', { count: 50_000_000 }), 'memory');
    right();
    assert.deepEqual(ask('greedy', { count: 3 }), { allow: true, deny: [], warn: [] });
  });

  it('says deadline where the answer took more than 50 ms of processor time', async () => {
    let spent = 0;
    const slow = await openPolicyEngine(wasm, () => {
      spent += 51;
      return spent;
    });
    assert.equal(ask('fine', { allow: true }, slow), 'deadline');
  });

  it('says input-limits where the input is too big or too deep, and never a wrong answer', () => {
    assert.equal(ask('fine', { allow: true, ballast: 'x'.repeat(256 * 1024) }), 'input-limits');
    assert.equal(ask('fine', { allow: true, ballast: 'é'.repeat(128 * 1024) }), 'input-limits');
    assert.equal(ask('fine', { allow: true, ballast: nested(64) }), 'input-limits');
    assert.deepEqual(ask('fine', { allow: true, ballast: nested(62) }), { allow: true, deny: [], warn: [] });
    right();
  });

  it('takes half characters for what they are, in keys and values', () => {
    assert.deepEqual(ask('fine', { allow: true, 'a\ud800': ['\udfff', { b: 'c\ud800' }] }), {
      allow: true,
      deny: [],
      warn: [],
    });
    assert.deepEqual(
      ask('shapeless', { answer: { allow: false, deny: [{ rule: '\ud800', message: '' }], warn: [] } }),
      {
        allow: false,
        deny: [{ rule: '\ufffd', message: '' }],
        warn: [],
      },
    );
  });

  it('says no-entry-point where no policy of that name was built', () => {
    assert.equal(ask('absent', {}), 'no-entry-point');
    assert.equal(ask('toString', {}), 'no-entry-point');
    right();
  });

  it('says no-bundle, and has no digest, where there is no bundle or the file is none', async () => {
    const absent = await openPolicyEngine(join(directory, 'absent', 'policy.wasm'), threadTime);
    assert.equal(ask('fine', { allow: true }, absent), 'no-bundle');
    assert.equal(absent.bundle, 'none');
    const garbage = await openPolicyEngine(await bundleOf('garbage', Uint8Array.of(1, 2, 3)), threadTime);
    assert.equal(ask('fine', { allow: true }, garbage), 'no-bundle');
  });

  it('says bad-signature where the manifest names another module, or cannot be read', async () => {
    for (const manifest of ['', '{}', '[]', JSON.stringify({ wasm: '0'.repeat(64), sources: '', entryPoints: [] })]) {
      const folder = await mkdtemp(join(directory, 'unsigned-'));
      await copyFile(wasm, join(folder, 'policy.wasm'));
      await writeFile(join(folder, 'manifest.json'), manifest);
      const unsigned = await openPolicyEngine(join(folder, 'policy.wasm'), threadTime);
      assert.equal(ask('fine', { allow: true }, unsigned), 'bad-signature', manifest);
      assert.equal(unsigned.bundle, 'none');
    }
  });

  it('says engine-restart where no instance can be made of the module', async () => {
    const hungry = await openPolicyEngine(await bundleOf('hungry', HUNGRY_MODULE), threadTime);
    assert.equal(ask('fine', { allow: true }, hungry), 'engine-restart');
  });

  it('says input-limits for an input that is no JSON, whatever its type promised', () => {
    const input = { allow: true, number: 1n } as unknown as Input; // border: what the types forbid
    assert.equal(ask('fine', input), 'input-limits');
    right();
  });

  async function bundleOf(name: string, bytes: Uint8Array): Promise<string> {
    const folder = join(directory, name);
    await mkdir(folder);
    await writeFile(join(folder, 'policy.wasm'), bytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    const manifest = { wasm: digest, sources: '', entryPoints: [] };
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
    return join(folder, 'policy.wasm');
  }
});

function nested(levels: number): Json {
  let value: Json = 'deep';
  for (let left = levels; left > 0; left -= 1) value = [value];
  return value;
}
