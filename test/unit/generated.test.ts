import { assert } from 'chai';
import { generateAll, outdated } from '../verbs/generate/all.ts';
import { projectRoot } from '../verbs/project.ts';

describe('generated files', function () {
  this.timeout(30_000);

  it('follow from their sources as they are', async () => {
    assert.deepEqual(outdated(projectRoot, await generateAll(projectRoot)), [], 'run npm run generate');
  });

  it('are noticed when one is edited or no generator makes it any more', async () => {
    const [first, ...rest] = await generateAll(projectRoot);
    assert.isDefined(first);
    const { path } = first ?? { path: '' };
    assert.deepEqual(outdated(projectRoot, rest), [path]);
    assert.deepEqual(outdated(projectRoot, [...rest, { path, text: 'edited' }]), [path]);
  });
});
