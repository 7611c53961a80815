import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { buildPolicyBundle } from '../verbs/build-policy.ts';

describe('the build of the policy bundle', function () {
  this.timeout(60_000);
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'code-policy-'));
  });
  after(() => rm(directory, { recursive: true, force: true }));

  async function build(name: string, files: Readonly<Record<string, string>>) {
    const folder = join(directory, name);
    for (const [file, text] of Object.entries(files)) {
      await mkdir(join(folder, file, '..'), { recursive: true });
      await writeFile(join(folder, file), text);
    }
    return buildPolicyBundle(folder, join(directory, `${name}-built`));
  }

  async function refusal(name: string, policy: string): Promise<string> {
    try {
      await build(name, { 'room/step.rego': policy });
    } catch (thrown) {
      return thrown instanceof Error ? thrown.message : String(thrown);
    }
    return assert.fail(`the build of ${name} was not refused`);
  }

  it('makes every decision of a room an entry point, and none of a test or of what rooms share', async () => {
    const { entryPoints, digest } = await build('rooms', {
      'big-room/first-step.rego': 'package code.big_room.first_step\n\ndecision := data.code.lib.answers.yes\n',
      'big-room/first-step_test.rego': 'package code.big_room.first_step_test\n\ntest_nothing := true\n',
      'lib/answers.rego': 'package code.lib.answers\n\nyes := {"allow": true, "deny": [], "warn": []}\n',
    });
    assert.deepEqual(entryPoints, ['code/big_room/first_step/decision']);
    const built = join(directory, 'rooms-built');
    const { wasm } = JSON.parse(await readFile(join(built, 'manifest.json'), 'utf8'));
    assert.equal(wasm, digest);
    assert.deepEqual((await readdir(built)).sort(), ['manifest.json', 'policy.wasm']);
  });

  it('refuses a built-in that only the host could bring, and names it', async () => {
    const policy = 'package code.room.step\n\ndecision := sprintf("%s %d", [input.a, time.now_ns()])\n';
    assert.include(await refusal('foreign', policy), 'does not carry: sprintf, time.now_ns;');
  });

  it('refuses a negation that would be lost over a missing field, and names the file', async () => {
    const policy = 'package code.room.step\n\ndecision if not startswith(input.a, "b")\n';
    assert.include(await refusal('negation', policy), 'add `import future.keywords.not` to room/step.rego');
  });

  it('refuses what opa refuses, in the words of opa', async () => {
    const policy = 'package code.room.step\n\ndecision if {\n\tunused := 1\n\tinput.a\n}\n';
    assert.include(await refusal('strict', policy), 'assigned var unused unused');
  });

  it('refuses a step without a decision', async () => {
    assert.include(await refusal('undecided', 'package code.room.step\n\nallow := true\n'), 'code/room/step/decision');
  });
});
